//! The columns of events: their names, order and types.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields, TimeUnit};

use crate::event::{ParseError, closest, words};

/// A column of events in Arrow: a field of [`crate::Event`].
///
/// [`Column::ALL`] has all in their usual order, [`Column::DEFAULT`] all but `meta` and `body`, which
/// make up most of the bytes of a Markdown archive. The name of one value is read as its column too:
/// `tag` and `tags`, `category` and `categories`, `author`, `source` and `change` the same way.
///
/// # Examples
/// ```
/// use eventstore::Column;
/// let column: Column = "tags".parse()?;
/// assert_eq!(column, Column::Tags);
/// assert_eq!((Column::ALL.len(), Column::DEFAULT.len()), (19, 17));
/// assert_eq!("sumary".parse::<Column>().unwrap_err().hint.unwrap(), "did you mean summary?");
/// # Ok::<(), eventstore::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Column {
    /// `id`, utf8.
    Id,
    /// `date`, date32 or null: the day in the event's heading.
    Date,
    /// `categories`, list of utf8.
    Categories,
    /// `title`, utf8.
    Title,
    /// `summary`, utf8 or null.
    Summary,
    /// `tags`, list of utf8, in order of their folded form.
    Tags,
    /// `sources`, list of struct of `name`, `url`, `domain` (or null), `image` (or null).
    Sources,
    /// `related`, list of struct of `id`, `title`, `tags`.
    Related,
    /// `cover_image`, utf8 or null.
    CoverImage,
    /// `changes`, list of struct of `id`, `title`, `at` (or null), `kind`.
    Changes,
    /// `authors`, list of utf8.
    Authors,
    /// `kind`, utf8, such as `news`.
    Kind,
    /// `lang`, utf8, such as `en`.
    Lang,
    /// `superseded`, bool.
    Superseded,
    /// `draft`, bool.
    Draft,
    /// `time`, time64 in microseconds, or null: the time of day as written.
    Time,
    /// `offset`, int16 or null: minutes that the time is east of UTC.
    Offset,
    /// `meta`, utf8 or null: the other keys of a page, as JSON, which the metadata of its field says:
    /// `eventstore:content` is `json`.
    Meta,
    /// `body`, utf8 or null: the Markdown behind the front matter; of an opinion its text.
    Body,
}

words!(Column, unknown_column;
    Id = "id",
    Date = "date",
    Categories = "categories" | "category",
    Title = "title",
    Summary = "summary",
    Tags = "tags" | "tag",
    Sources = "sources" | "source",
    Related = "related",
    CoverImage = "cover_image",
    Changes = "changes" | "change",
    Authors = "authors" | "author",
    Kind = "kind",
    Lang = "lang",
    Superseded = "superseded",
    Draft = "draft",
    Time = "time",
    Offset = "offset",
    Meta = "meta",
    Body = "body",
);

/// What the metadata of a field says whose texts are JSON: its key and its value. The extension type `arrow.json`
/// would say it too, but readers that know it make another type of the column.
const CONTENT_JSON: (&str, &str) = ("eventstore:content", "json");

/// Whether the texts of a field are JSON.
pub(crate) fn is_json(field: &Field) -> bool {
    let (key, value) = CONTENT_JSON;
    field.metadata().get(key).is_some_and(|said| said == value)
}

fn unknown_column(name: &str, names: &[&'static str]) -> ParseError {
    let hint = closest(name, names.iter().copied()).map(|near| format!("did you mean {near}?"));
    let message = format!("{name:?} is no column; there are {}", names.join(", "));
    ParseError::new(name, 0, message, hint)
}

impl Column {
    /// The columns of a stream for which none are named.
    pub const DEFAULT: [Self; 17] = {
        let mut columns = [Self::Id; 17];
        let mut at = 0;
        while at < columns.len() {
            columns[at] = Self::ALL[at];
            at += 1;
        }
        columns
    };

    pub(super) fn field(self) -> Field {
        let (data_type, nullable) = match self {
            Self::Id | Self::Title | Self::Kind | Self::Lang => (DataType::Utf8, false),
            Self::Summary | Self::CoverImage | Self::Meta | Self::Body => (DataType::Utf8, true),
            Self::Date => (DataType::Date32, true),
            Self::Time => (DataType::Time64(TimeUnit::Microsecond), true),
            Self::Offset => (DataType::Int16, true),
            Self::Superseded | Self::Draft => (DataType::Boolean, false),
            Self::Categories | Self::Tags | Self::Authors => (list(DataType::Utf8), false),
            Self::Sources => (list(DataType::Struct(source())), false),
            Self::Related => (list(DataType::Struct(related())), false),
            Self::Changes => (list(DataType::Struct(change())), false),
        };
        let field = Field::new(self.as_str(), data_type, nullable);
        match self {
            Self::Meta => field.with_metadata([CONTENT_JSON]),
            _ => field,
        }
    }

    /// The fields of the records in a list of them; none of another column.
    pub(super) fn record_fields(self) -> Fields {
        match self {
            Self::Sources => source(),
            Self::Related => related(),
            Self::Changes => change(),
            _ => Fields::empty(),
        }
    }
}

impl AsRef<str> for Column {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

fn list(items: DataType) -> DataType {
    DataType::List(item(items))
}

/// The items of a list. No item is null, and no field of a record that every record has; the schema lets
/// them be so all the same, since most writers of tables take no others into one with these.
pub(super) fn item(items: DataType) -> Arc<Field> {
    Arc::new(Field::new("item", items, true))
}

fn texts(names: &[&str]) -> Vec<Field> {
    let text = |&name: &&str| Field::new(name, DataType::Utf8, true);
    names.iter().map(text).collect()
}

pub(super) fn source() -> Fields {
    texts(&["name", "url", "domain", "image"]).into()
}

pub(super) fn related() -> Fields {
    let mut fields = texts(&["id", "title"]);
    fields.push(Field::new("tags", list(DataType::Utf8), true));
    fields.into()
}

pub(super) fn change() -> Fields {
    texts(&["id", "title", "at", "kind"]).into()
}
