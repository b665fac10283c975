. "$(dirname "$0")/../common.sh"
npm_install astro@5 @astrojs/starlight@0.36.3
place
mkdir -p "$work/project/src/content/docs"
cp -R "$work/pages/." "$work/project/src/content/docs/"
printf -- '---\ntitle: 首页\n---\n欢迎。\n' >"$work/project/src/content/docs/index.md"
ln -sfn "$tools/node_modules" "$work/project/node_modules"
cd "$work/project"
ASTRO_TELEMETRY_DISABLED=1 "$tools/node_modules/.bin/astro" build --outDir "$work/site" >&2
