. "$(dirname "$0")/../common.sh"
pip_install sphinx==9.0.4 furo==2025.12.19 sphinx-rtd-theme==3.1.0 myst-parser==5.2.0
place
cp -R "$work/pages/." "$work/project/"
rm "$work/project/LIST"
{
  printf '首页\n====\n\n.. toctree::\n   :maxdepth: 2\n\n'
  sed 's/^/   /' "$work/pages/LIST"
} >"$work/project/index.rst"
"$tools/py/bin/sphinx-build" -q -b html "$work/project" "$work/site" || true
rm -rf "$work/site/.doctrees"
[ -f "$work/site/index.html" ]
