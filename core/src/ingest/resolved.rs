//! Pages with what follows from them → a resolved store.

use rustc_hash::FxHashMap;

use super::{Archive, IngestOptions, Limits, OnError, PageFormat, run};
use crate::error::{Error, Result};
use crate::page::ArchiveChoice;
use crate::store::{GivenOutcome, Store};

/// A page of an event, with what follows from all pages of its archive.
///
/// # Examples
/// ```
/// use eventstore::ResolvedPage;
/// let page = ResolvedPage::new("news/2017/03/2/flood.md", "# A flood").tags(["River"]);
/// assert!(!page.superseded);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedPage {
    /// Its path in the archive.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// All tags of its event.
    pub tags: Vec<String>,
    /// Whether a later page has taken the place of its event.
    pub superseded: bool,
    /// Whether another page owns its id.
    pub twin: bool,
    /// How it is read, where that is known of the page itself.
    pub(crate) reading: Option<PageReading>,
}

/// Of which format a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "arrow"),
    expect(dead_code, reason = "rows of columns alone say it")
)]
pub(crate) enum PageReading {
    Context,
    /// With what was chosen for its archive.
    Markdown(ArchiveChoice),
}

impl ResolvedPage {
    /// A page whose event has no tag, is not superseded and owns its id.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            path: path.into(),
            bytes: bytes.into(),
            tags: Vec::new(),
            superseded: false,
            twin: false,
            reading: None,
        }
    }

    /// Sets [`tags`](Self::tags).
    #[must_use]
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Sets [`superseded`](Self::superseded).
    #[must_use]
    pub fn superseded(mut self, superseded: bool) -> Self {
        self.superseded = superseded;
        self
    }

    /// Sets [`twin`](Self::twin).
    #[must_use]
    pub fn twin(mut self, twin: bool) -> Self {
        self.twin = twin;
        self
    }
}

impl Store {
    /// Puts pages into a resolved store, which [`OpenOptions::resolved`](crate::OpenOptions::resolved) makes:
    /// their tags, twins and superseded events stay as they are given, since they follow from pages
    /// that lie elsewhere. Gives the number of pages.
    ///
    /// Pages are read by the format, the prefix, the profile and the map of `options`, and held within their
    /// limits; what cannot be put is found before its commit, and a call of more than [`Limits::commit_bytes`](crate::Limits::commit_bytes) takes several commits. A path may be put
    /// once. The profile is not looked for in the pages of a part: give it, where these are Markdown.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if this is no resolved store; [`Error::Page`] of the first page that is none
    /// of an event or cannot be read; [`Error::Resolved`] if a path is in the store already; else as [`Store::ingest`].
    ///
    /// # Examples
    /// ```
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("2017");
    /// use eventstore::{IngestOptions, OpenOptions, ResolvedPage};
    ///
    /// let text = "### [2017-3-2](/news/2017/03/2/index.md)\n\n# A lighthouse is lit. \n\n\n\n";
    /// let page = ResolvedPage::new("news/2017/03/2/a-lighthouse-is-lit.md", text);
    /// let store = OpenOptions::new().resolved(true).open(&path)?;
    /// store.put_resolved([page.tags(["Harbours"])], IngestOptions::new())?;
    /// assert_eq!(store.query("tag:harbours")?.count()?, 1);
    /// # Ok::<(), eventstore::Error>(())
    /// ```
    pub fn put_resolved(
        &self,
        pages: impl IntoIterator<Item = ResolvedPage>,
        options: IngestOptions<'_>,
    ) -> Result<u64> {
        // A write takes the lock, and goes on to the newest commit, whatever comes of it.
        drop(self.shared()?.writer()?);
        if !self.snapshot()?.manifest.resolved {
            return Err(invalid(format!(
                "{}: no resolved store; make one with OpenOptions::resolved, or ingest the pages",
                self.path().display()
            )));
        }
        let putting = Putting {
            store: self,
            format: options.format,
            choice: ArchiveChoice {
                prefix: options.prefix,
                profile: options.profile,
                map: options.map,
            },
            limits: options.limits,
        };
        let (mut batch, mut bytes, mut count) = (Vec::new(), 0, 0);
        for page in pages {
            bytes += page.bytes.len() as u64;
            count += 1;
            batch.push(page);
            if bytes >= putting.limits.commit_bytes {
                putting.put(std::mem::take(&mut batch))?;
                bytes = 0;
            }
        }
        putting.put(batch)?;
        Ok(count)
    }
}

/// How pages are put.
struct Putting<'a> {
    store: &'a Store,
    format: PageFormat,
    choice: ArchiveChoice,
    limits: Limits,
}

impl Putting<'_> {
    /// Puts pages, those that are read alike together.
    fn put(&self, batch: Vec<ResolvedPage>) -> Result<()> {
        let mut groups: Vec<(Option<PageReading>, Vec<ResolvedPage>)> = Vec::new();
        for mut page in batch {
            let reading = page.reading.take();
            // Few archives come at a time, and pages of one after the other.
            match groups
                .iter_mut()
                .rev()
                .find(|(of_group, _)| *of_group == reading)
            {
                Some((_, pages)) => pages.push(page),
                None => groups.push((reading, vec![page])),
            }
        }
        for (reading, pages) in groups {
            let mut options = IngestOptions::new()
                .on_error(OnError::Raise)
                .limits(self.limits.clone());
            let choice = match reading {
                Some(PageReading::Context) => None,
                Some(PageReading::Markdown(choice)) => Some((PageFormat::Markdown, choice)),
                None => Some((self.format, self.choice.clone())),
            };
            options.format = PageFormat::Context;
            if let Some((format, choice)) = choice {
                options.format = format;
                options.prefix = choice.prefix;
                options.profile = choice.profile;
                options.map = choice.map;
            }
            self.put_alike(pages, options)?;
        }
        Ok(())
    }

    fn put_alike(&self, alike: Vec<ResolvedPage>, options: IngestOptions<'_>) -> Result<()> {
        let mut given = FxHashMap::default();
        let mut pages = Vec::with_capacity(alike.len());
        for page in alike {
            let outcome = GivenOutcome {
                tags: page.tags,
                superseded: page.superseded,
                twin: page.twin,
            };
            if given.insert(page.path.clone(), outcome).is_some() {
                return Err(invalid(format!(
                    "{}: the path comes twice; put each page once",
                    page.path
                )));
            }
            pages.push((page.path, page.bytes));
        }
        run::run_resolved(self.store.shared()?, Archive::Pages(pages), given, options).map(drop)
    }
}

fn invalid(message: String) -> Error {
    Error::InvalidArgument {
        what: "pages",
        message,
    }
}
