//! What does a browser show of a page: its text, its headings, and what is no text of it?

use serde_json::{Value, json};

use crate::chromium::Page;

/// A heading in the text.
pub struct Heading {
    pub text: String,
    /// Whether a link can lead to it.
    pub placed: bool,
}

/// What is shown.
pub struct Shown {
    /// The blocks of the text.
    pub blocks: Vec<String>,
    pub headings: Vec<Heading>,
    /// Lines that are no text: navigation, header, footer, and what is hidden in the text.
    pub unseen: Vec<String>,
    /// All else that stands on the page.
    pub rest: String,
}

/// Walks through the part that the author wrote. Text ends at every element that does not stand in a line; what no reader sees, by
/// its style, is not shown; what nobody can mark (numbers of lines) or only press is neither.
const LOOK: &str = r"((selector) => {
  document.querySelectorAll('details').forEach((details) => { details.open = true; });
  const main = document.querySelector(selector);
  const blocks = [], headings = [], unseen = [];
  if (!main) return { blocks, headings, unseen, rest: '' };
  let block = '';
  const end = () => { if (block.trim()) blocks.push(block.replace(/[ \t\n\r]+/g, ' ').trim()); block = ''; };
  const lines = (node) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      if (text.parentElement.closest('script, style, noscript, template, svg, [role=tabpanel]')) continue;
      if (text.data.trim().length > 1) unseen.push(text.data.replace(/\s+/g, ' ').trim());
    }
  };
  const hidden = (element, style) => {
    if (style.visibility === 'hidden' || style.opacity === '0') return true;
    if (style.position !== 'absolute' && style.position !== 'fixed') return false;
    const { width, height } = element.getBoundingClientRect();
    return width <= 1 || height <= 1 || (style.clip !== 'auto' && style.clip !== '') || style.clipPath !== 'none';
  };
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const pre = getComputedStyle(node.parentElement).whiteSpace.startsWith('pre');
      if (!pre) { block += node.data; return; }
      node.data.split('\n').forEach((line, n) => { if (n > 0) end(); block += line; });
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    const style = getComputedStyle(node);
    if (/^(script|style|template|noscript|rt|rp|svg|math|select|input|textarea|button|label|form|nav|footer|iframe)$/i.test(node.localName)) { end(); return; }
    if (style.display === 'none') { if (node.hidden || node.style.display === 'none') lines(node); return; }
    if (hidden(node, style)) { return; }
    if (style.userSelect === 'none' && node.localName !== 'summary') { end(); return; }
    if (node.localName === 'a' && /^#/.test(node.getAttribute('href') ?? '') && !/[\p{L}\p{N}]/u.test(node.textContent)) return;
    const level = /^h[1-6]$/.test(node.localName);
    const inline = !level && ['inline', 'contents', 'ruby', 'ruby-base'].includes(style.display) && node.localName !== 'br';
    if (!inline) end();
    const before = blocks.length;
    node.childNodes.forEach(visit);
    if (!inline) end();
    if (level && node.localName !== 'h1') {
      const placed = node.id || node.querySelector('[id]') || node.closest('section[id]');
      headings.push({ text: blocks.slice(before).join(' '), placed: Boolean(placed) });
    }
  };
  visit(main);
  end();
  // The head of an article tells who wrote it, and is text.
  const around = 'nav, footer, aside, [role=navigation], header';
  for (const part of document.body.querySelectorAll(around)) {
    const own = part.localName === 'header' && part.closest('article, main');
    if (!part.contains(main) && !main.contains(part) && !own) lines(part);
  }
  const rest = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const parts = text.parentElement.closest(around);
    const own = parts?.localName === 'header' && parts.closest('article, main') && !parts.parentElement.closest('nav, aside, footer');
    if ((!parts || own) && !text.parentElement.closest('script, style, [hidden]')) rest.push(text.data);
  }
  // What a picture shows is said, though not seen.
  for (const picture of document.querySelectorAll('img[alt]')) rest.push(picture.alt);
  return { blocks, headings, unseen, rest: rest.join(' ') };
})";

/// Looks at the page that is open.
pub fn look(page: &Page, main: &str) -> Shown {
    let answer = page.evaluate(&format!("{LOOK}({})", json!(main)));
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().expect("a list").iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    };
    let rest = answer["rest"].as_str().unwrap_or_default().to_owned();
    let headings = answer["headings"].as_array().expect("a list");
    let heading = |heading: &Value| Heading {
        text: heading["text"].as_str().unwrap_or_default().to_owned(),
        placed: heading["placed"] == json!(true),
    };
    let headings = headings.iter().map(heading);
    Shown { blocks: texts(&answer["blocks"]), headings: headings.collect(), unseen: texts(&answer["unseen"]), rest }
}

/// Whether a link to this place shows the heading: it is there, in it, holds it, or stands right before it.
pub fn stands_at(page: &Page, anchor: &str, heading: &str) -> bool {
    let script = r"((anchor, heading) => {
      const plain = (text) => text.replace(/\s+/g, '');
      const place = document.getElementById(decodeURIComponent(anchor)) ?? document.getElementsByName(decodeURIComponent(anchor))[0];
      if (!place) return false;
      const own = place.closest('h1, h2, h3, h4, h5, h6') ?? place.querySelector('h1, h2, h3, h4, h5, h6') ?? place.nextElementSibling;
      return plain(own?.textContent ?? '').includes(plain(heading));
    })";
    page.evaluate(&format!("{script}({}, {})", json!(anchor), json!(heading))) == json!(true)
}
