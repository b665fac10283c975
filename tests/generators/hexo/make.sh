. "$(dirname "$0")/../common.sh"
# shellcheck disable=SC2086 # a theme may be several packages
npm_install hexo@8.1.2 hexo-renderer-marked@7.0.1 hexo-renderer-ejs@2.0.0 hexo-renderer-stylus@3.0.1 hexo-generator-index@4.0.0 \
  hexo-generator-archive@2.0.0 hexo-generator-tag@2.0.0 hexo-generator-category@2.0.0 ${theme:-hexo-theme-landscape@1.1.0}
place
mkdir -p "$work/project/source"
cp -R "$work/pages" "$work/project/source/_posts"
rm "$work/project/source/_posts/LIST"
ln -sfn "$tools/node_modules" "$work/project/node_modules"
cd "$work/project"
"$tools/node_modules/.bin/hexo" generate --silent
mv public "$work/site"
