//! What can a line of a newspaper page be?

/// What a line looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading marked with this many `#`.
    Mark(usize),
    /// A short line without the end of a sentence: a headline, a subheading, a banner, or a piece of a broken sentence.
    Short,
    /// A subtitle: a short line that begins with a dash.
    Dash,
    /// A paragraph that begins as news begin (本报讯, 新华社北京1月1日电).
    Lead(Found),
    /// A line that holds nothing but who wrote and photographed.
    Byline(Found),
    /// A line that holds date, source, author and the like, as web pages have it.
    Info(Found),
    /// The line at the head of a printed page: date, number of the page, editors.
    Folio(Found),
    /// The words under a photo.
    Caption,
    /// A news photo with its story: a paragraph signed by the photographer.
    Photo,
    /// Anything else: a paragraph or a piece of one. Holds the byline at its end, if there is one.
    Text(Option<Found>),
}

/// Metadata found in a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Names of writers, in order.
    pub(super) names: Vec<String>,
    /// `2023-12-11`.
    pub(super) date: Option<String>,
    /// Paper, agency or site.
    pub(super) source: Option<String>,
    /// The words that told what the line is.
    pub(super) because: String,
    /// A byline that speaks of photos.
    pub(super) photos: bool,
    /// Names without a word such as 记者: a byline only if the page has others.
    pub(super) weak: bool,
}

impl Found {
    /// The same with the characters of the line itself instead of those of its key.
    pub(super) fn restored(mut self, words: &str, key: &str) -> Found {
        let original = |part: &str| -> Option<String> {
            let at = key[..key.find(part)?].chars().count();
            Some(words.chars().skip(at).take(part.chars().count()).collect())
        };
        for name in &mut self.names {
            if let Some(same) = original(name) {
                *name = same;
            }
        }
        if let Some(source) = &mut self.source
            && let Some(same) = original(source)
        {
            *source = same;
        }
        self
    }
}

/// What a line is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The title of an article.
    Headline,
    /// A line above the headline, or a banner over several articles.
    Kicker,
    /// A line below the headline.
    Subtitle,
    /// Who wrote and photographed.
    Byline,
    /// Date, source, author of a web page.
    Info,
    /// The first paragraph of news.
    Lead,
    /// A heading inside an article.
    Heading,
    /// A paragraph.
    Text,
    /// The rest of a paragraph that a column or page broke.
    Continued,
    /// The words of a photo.
    Caption,
    /// What a web page puts around the article; left out.
    Navigation,
}

impl Role {
    /// The role's name, as `--explain` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Headline => "headline",
            Role::Kicker => "kicker",
            Role::Subtitle => "subtitle",
            Role::Byline => "byline",
            Role::Info => "info",
            Role::Lead => "lead",
            Role::Heading => "heading",
            Role::Text => "text",
            Role::Continued => "continued",
            Role::Caption => "caption",
            Role::Navigation => "navigation",
        }
    }
}
