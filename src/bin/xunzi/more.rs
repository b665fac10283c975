//! How is an index asked in a terminal for less than all, for numbers, and for what is near?

use std::fmt::Write as _;

use xunzi::disk::folder::OnDisk;
use xunzi::search::Search;
use xunzi::search::more::{Call, Item, Job, Listing, Outcome, Request};

use crate::tell;
use crate::usage::End;

/// Has a search look only among the articles that are meant, in the order that is asked for.
pub fn narrow(index: &mut OnDisk, request: &Request, search: &mut Search) -> Result<(), End> {
    if let Outcome::Narrowed(narrowed) = outcome(index, Call::Narrow, request.clone())?
        && let Some(keys) = narrowed.keys
    {
        search.among(keys.to_vec());
    }
    Ok(())
}

/// The answer to anything else, to be printed.
pub fn answer(index: &mut OnDisk, call: Call, request: Request, json: bool) -> Result<String, End> {
    told(&outcome(index, call, request)?, json)
}

/// What is to be printed of it.
pub fn told(outcome: &Outcome, json: bool) -> Result<String, End> {
    match (outcome, json) {
        (_, true) => tell::line_of_json(&outcome.value(&mut Default::default())),
        (Outcome::Listing(listing), false) => Ok(shown(listing)),
        (Outcome::Narrowed(_), false) => Ok(String::new()),
    }
}

/// What comes of it. What this index cannot be asked is wrong usage, like what no index can.
pub fn outcome(index: &mut OnDisk, call: Call, request: Request) -> Result<Outcome, End> {
    let sorts = request.sort.is_some();
    index.answer(&mut Job::new(call, request))?.map_err(|wrong| {
        let wrong = wrong.text();
        // A field may be meant, or a misspelt word.
        let by_sort = sorts && wrong.contains("field");
        End::Usage(if by_sort { format!("--sort takes best, newest or oldest, or a field: {wrong}") } else { wrong })
    })
}

/// The lines of a list for people.
fn shown(listing: &Listing) -> String {
    let mut out = String::new();
    for item in &listing.items {
        line(&mut out, item, &item.label, listing.exact);
    }
    if let Some((name, item)) = &listing.rest
        && (item.articles.iter().any(|&n| n > 0) || item.all.is_some_and(|n| n > 0))
    {
        line(&mut out, item, name, listing.exact);
    }
    out
}

fn line(out: &mut String, item: &Item, label: &str, exact: bool) {
    let more = if item.exact.unwrap_or(exact) { "" } else { "+" };
    let numbers: Vec<String> = item.articles.iter().map(|n| format!("{n}{more}")).collect();
    let of = item.all.map_or(String::new(), |all| format!(" of {all}"));
    let kind = item.kind.map_or(String::new(), |kind| format!("{kind} "));
    // Into a string nothing fails.
    let _ = writeln!(out, "{kind}{}  {}{of}", tell::plain(label), numbers.join(" "));
}
