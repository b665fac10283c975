theme='hexo-theme-butterfly@5.7.0 hexo-renderer-pug@3.0.0'
. "$(dirname "$0")/../hexo/make.sh"
