. "$(dirname "$0")/../common.sh"
npm_install @11ty/eleventy@3.1.8
place
cp -R "$work/pages/." "$work/project/"
rm "$work/project/LIST"
cd "$work/project"
"$tools/node_modules/.bin/eleventy" --quiet --output="$work/site" >&2
