//! Which lines of a page are no article's? What a web page puts around an article.

use super::kind::{Kind, Role};
use super::line;
use super::page::Page;
use super::raw::Line;
use super::rules::{Rules, matches};
use super::web::{breadcrumb, footer, invitation, list_title, menu, pager, teaser, tools};
use crate::input::lines::ends_sentence;
use std::collections::HashSet;

/// A list of other articles has at most this many lines.
const LIST: usize = 150;

impl Page {
    /// Marks the lines that are no article's.
    pub(super) fn navigation(&mut self, rules: &Rules) {
        let mut because: Vec<Option<&'static str>> = vec![None; self.lines.len()];
        let mut crumbs = None;
        let mut kinds: HashSet<&'static str> = HashSet::new();
        for (at, line) in self.lines.iter().enumerate() {
            let key = line.key.as_str();
            let why = if breadcrumb(key) {
                crumbs = crumbs.or(Some(at));
                "the way through the site"
            } else if pager(key) {
                "a link to another article"
            } else if menu(key) {
                "the menu of a site"
            } else if tools(key) {
                "buttons of a web page"
            } else if footer(key) {
                "the foot of a web page"
            } else if invitation(key) {
                "an invitation to follow or share"
            } else {
                continue;
            };
            because[at] = Some(why);
            kinds.insert(why);
        }
        if let Some(at) = crumbs.filter(|&at| at < 12) {
            // What stands above the way through the site is the site's head, if it is all short.
            let head = |line: &Line| matches!(line.kind, Kind::Short | Kind::Dash) && line.words.chars().count() <= 16;
            if self.lines[..at].iter().zip(&because).all(|(line, why)| why.is_some() || head(line)) {
                for why in &mut because[..at] {
                    *why = why.or(Some("above the way through the site"));
                }
            }
        }
        self.lists(&mut because, &mut kinds);
        let info = self.lines.iter().any(|line| matches!(line.kind, Kind::Info(_)));
        let certain = kinds.contains("the way through the site") || kinds.contains("a link to another article");
        let list = kinds.contains("a list of other articles");
        self.scraped = (certain && (info || list || kinds.len() >= 2))
            || (list && info)
            || (certain && kinds.contains("the menu of a site"));
        for (line, why) in self.lines.iter_mut().zip(because) {
            let dropped = rules.drop.iter().any(|rule| matches(rule, &line.words));
            if dropped {
                line.role = Role::Navigation;
                line.why = "a rule of the site says so".to_string();
            } else if let Some(why) = why
                && (self.scraped || certain)
            {
                line.role = Role::Navigation;
                line.why = why.to_string();
            }
        }
    }

    /// Marks lists of other articles: from their title to where an article begins again.
    fn lists(&self, because: &mut [Option<&'static str>], kinds: &mut HashSet<&'static str>) {
        let mut at = 0;
        while at < self.lines.len() {
            if !list_title(&self.lines[at].key) {
                at += 1;
                continue;
            }
            // The list goes on while its lines are items, titles of lists, or titles and teasers of articles.
            let mut end = at + 1;
            let mut items = 0_usize;
            let mut bulleted = 0_usize;
            let mut cut_off = 0_usize;
            while end < self.lines.len().min(at + LIST) {
                let line = &self.lines[end];
                let is_bullet = line::bullet(&line.key);
                let new_page = because[end] == Some("the way through the site");
                let strong = matches!(line.kind, Kind::Lead(_) | Kind::Mark(_) | Kind::Byline(_) | Kind::Info(_)) && !is_bullet;
                let whole = line.words.chars().count() > 60 && ends_sentence(&line.words) && !teaser(&line.words);
                if new_page || strong || (whole && !is_bullet) {
                    break;
                }
                if !list_title(&line.key) && because[end].is_none() {
                    items += 1;
                    bulleted += usize::from(is_bullet);
                    cut_off += usize::from(!ends_sentence(&line.words) || teaser(&line.words));
                }
                end += 1;
            }
            // The head of the article that follows is not part of the list.
            if end < self.lines.len() && because[end] != Some("the way through the site") {
                while end > at + 1 {
                    let line = &self.lines[end - 1];
                    let head = matches!(line.kind, Kind::Short | Kind::Dash | Kind::Mark(_)) && !line::bullet(&line.key);
                    if !head || list_title(&line.key) {
                        break;
                    }
                    end -= 1;
                    items = items.saturating_sub(1);
                    cut_off = cut_off.saturating_sub(1);
                    if self.lines[end].gap >= 2 && end > at + 2 {
                        break;
                    }
                }
            }
            if items == 0 || bulleted * 2 >= items || cut_off * 3 >= items * 2 {
                for why in &mut because[at..end] {
                    *why = why.or(Some("a list of other articles"));
                }
                if items > 0 {
                    kinds.insert("a list of other articles");
                }
                at = end;
            } else {
                at += 1;
            }
        }
    }
}
