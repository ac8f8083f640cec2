# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A first look
#
# eventstore keeps archives of dated, tagged pages and answers questions about them. This notebook asks the
# sample that comes with the package: six years of news from Northmark, a country that does not exist.
#
# It needs, in a copy of the repository, `pip install './python[notebook,polars]' jupyterlab jupytext`.

# %%
import eventstore as es

store = es.sample()
store

# %% [markdown]
# ## How much happened
#
# A timeline counts events by day, week, month or year.

# %%
store.timeline("year")

# %% [markdown]
# Every timeline and every facet is a chart, too.

# %%
store.timeline("month").plot().properties(width=600, height=160)

# %% [markdown]
# ## What it was about
#
# Facets count the values of a field, the most frequent first. Tags match in any case, and each is counted in
# the spelling that most pages have.

# %%
store.facets("tags", top=12)

# %% [markdown]
# ## Questions
#
# A question is words, fields and a time. All of them must hold. This one asks for a tag in one year.

# %%
store.query('tag:"Velling Railway" 2016')

# %% [markdown]
# Words stand in the title, the summary or the body. Ordered by relevance, the events come first that fit the
# words best.

# %%
storm = store.query("storm maren").order("relevance")
storm

# %% [markdown]
# A snippet is the part of the text that was meant.

# %%
storm[1:2].snippets()[0]

# %% [markdown]
# What finds nothing says what may have been meant.

# %%
store.query("lighthuose").hint()

# %% [markdown]
# ## One event
#
# An event is a value: date, title, summary, sources, tags.

# %%
storm[0]

# %% [markdown]
# Events are similar that share tags, and each says which.

# %%
for similar in store.similar(storm[0], top=3):
    print(similar.date, similar.title, "·", ", ".join(similar.shared))

# %% [markdown]
# ## Into a frame
#
# Answers are columns for polars, pandas, pyarrow and DuckDB, without an event in between.

# %%
store.query("lang:en 2018..").to_polars(["date", "title", "tags"]).head(5)

# %% [markdown]
# And with an archive of yours: `es.open("news.store").ingest("archive.tar.gz")`.
