. "$(dirname "$0")/../common.sh"
debian_install jekyll jekyll jekyll-theme-minima
place
cp -R "$work/pages/." "$work/project/"
rm "$work/project/LIST"
printf -- '---\nlayout: home\n---\n' >"$work/project/index.md"
LC_ALL=C.UTF-8 jekyll build --quiet --disable-disk-cache --source "$work/project" --destination "$work/site" >&2
