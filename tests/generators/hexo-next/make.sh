theme='hexo-theme-next@8.29.0 hexo-renderer-pug@3.0.0'
. "$(dirname "$0")/../hexo/make.sh"
