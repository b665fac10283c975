//! How do the page's scripts become one module?
//!
//! `www/index/open.js` is the headless face and `www/box/element.js` the element over it; a page includes both as `xunzi.js`.

/// Where the style stands in `element.js`.
const STYLE: &str = "\"__XUNZI_CSS__\"";

/// Both scripts, with `style`, a JavaScript string in its quotation marks, in its place. `None`: there is not one such place.
pub fn join(client: &str, face: &str, style: &str) -> Option<String> {
    let face: Vec<&str> = face.lines().filter(|line| !line.starts_with("import ")).collect();
    let joined = format!("{client}\n{}", face.join("\n"));
    (joined.matches(STYLE).count() == 1).then(|| joined.replace(STYLE, style))
}

/// The licences of all that is in the command and in the page, which whoever passes them on must pass on as well.
pub const NOTICES: &str = concat!(include_str!("../LICENSE"), "\n", include_str!("../THIRD-PARTY.md"));
