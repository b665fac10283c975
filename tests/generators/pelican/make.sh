. "$(dirname "$0")/../common.sh"
pip_install 'pelican[markdown]==4.10.2'
place
cp -R "$work/pages" "$work/project/content"
cd "$work/project"
"$tools/py/bin/pelican" content -s pelicanconf.py -o "$work/site" -q
