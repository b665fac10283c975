. "$(dirname "$0")/../common.sh"
npm_install vitepress@1.6.4
place
cp -R "$work/pages/." "$work/project/"
printf -- '---\nlayout: home\nhero:\n  name: 示例站点\n---\n' >"$work/project/index.md"
ln -sfn "$tools/node_modules" "$work/project/node_modules"
cd "$work/project"
"$tools/node_modules/.bin/vitepress" build . --outDir "$work/site" >&2
