. "$(dirname "$0")/../common.sh"
pip_install mkdocs==1.6.1 mkdocs-material==9.8.2
place
cp -R "$work/pages" "$work/project/docs"
printf '# 首页\n\n欢迎。\n' >"$work/project/docs/index.md"
cd "$work/project"
"$tools/py/bin/mkdocs" build --quiet --site-dir "$work/site"
