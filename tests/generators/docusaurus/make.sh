. "$(dirname "$0")/../common.sh"
npm_install @docusaurus/core@3.10.2 @docusaurus/preset-classic@3.10.2 react@18 react-dom@18
place
rm -rf "$tools/node_modules/.cache" # it remembers where the last project stood
cp -R "$work/pages" "$work/project/docs"
printf -- '---\nslug: /\ntitle: 首页\n---\n欢迎。\n' >"$work/project/docs/index.md"
ln -sfn "$tools/node_modules" "$work/project/node_modules"
cd "$work/project"
DOCUSAURUS_IGNORE_SSG_WARNINGS=true "$tools/node_modules/.bin/docusaurus" build --out-dir "$work/site" >&2
