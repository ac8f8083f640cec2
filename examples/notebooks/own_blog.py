# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # A blog of one's own
#
# Any folder of dated Markdown is an archive: a blog of Jekyll, Hugo, Zola or Pelican, an Obsidian vault, a
# folder of notes. Put the path of yours in place of `../blog`, which has eight pages.
#
# It needs, in a copy of the repository, `pip install './python[notebook,polars]' jupyterlab jupytext`.

# %%
import eventstore as es

store = es.memory()
report = store.ingest("../blog")
report

# %% [markdown]
# The report says by which tool's rules the pages were read, where their dates came from, and what was left
# out. Pages without a date are kept, but belong to no time; drafts are kept, but not shown.

# %%
store.query()

# %%
store.query("undated:only")

# %%
store.query("draft:only")

# %% [markdown]
# ## Words and tags
#
# Words find pages as a search box does.

# %%
store.query("pilots boat").snippets()[0]

# %%
store.facets("tags")

# %% [markdown]
# ## Front matter of one's own
#
# Keys that are no field of an event can be asked for and counted all the same.

# %%
store.facets("meta.series")

# %%
store.query("meta.series:ferries has:cover")[0].meta

# %% [markdown]
# ## One post
#
# Its body is Markdown, and also text and HTML.

# %%
ferries = store.query("meta.series:ferries has:cover")[0]
print(ferries.body_text)

# %% [markdown]
# ## Links
#
# Links between pages work in both directions, whatever way they are written.

# %%
store.referring(ferries)

# %% [markdown]
# Those that lead nowhere are found before a reader finds them.

# %%
store.check_links().problems

# %% [markdown]
# ## A year of it
#
# On this day, in any year:

# %%
store.query("on:03-02")

# %%
store.timeline("year").plot().properties(width=600, height=160)
