# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Who reports on what
#
# Each event names the reports that it rests on. So an archive tells which publisher covers which subject, and
# who follows whom.
#
# It needs, in a copy of the repository, `pip install './python[notebook,polars]' jupyterlab jupytext`.

# %%
import altair as alt
import eventstore as es
import polars as pl

store = es.sample()
english = store.query("lang:en")
english.facets("source")

# %% [markdown]
# ## One publisher
#
# What the Sundry Isles Post writes about, and what it leaves to others.

# %%
post = english.where(source="Sundry Isles Post")
post.facets("tags", top=8).plot().properties(width=600)

# %%
post.order("-date")[:5]

# %% [markdown]
# ## Publishers and subjects
#
# Two columns are enough for a table of pairs: the names in the sources, and the tags.

# %%
pairs = (
    english.select("id", "sources.name", "tags")
    .to_polars()
    .rename({"sources.name": "publisher", "tags": "subject"})
    .explode("publisher")
    .explode("subject")
    .drop_nulls()
    .unique()
)
pairs.head(4)

# %%
publishers = [count.value for count in english.facets("source", top=6)]
subjects = [count.value for count in english.facets("tags", top=8)]
counts = (
    pairs.filter(pl.col("publisher").is_in(publishers), pl.col("subject").is_in(subjects))
    .group_by("publisher", "subject")
    .len("events")
)
counts.sort("events", descending=True).head(5)

# %% [markdown]
# The darker a field, the more events of the subject name the publisher.

# %%
alt.Chart(counts).mark_rect().encode(
    x=alt.X("subject:N", sort=subjects, title=None),
    y=alt.Y("publisher:N", sort=publishers, title=None),
    color=alt.Color("events:Q"),
    tooltip=["publisher", "subject", "events"],
)

# %% [markdown]
# ## What one publisher has alone
#
# Events that name the Saltby Courier and nobody else.

# %%
courier = english.where(source="Saltby Courier")
alone = [event for event in courier if len(event.sources) == 1]
f"{len(alone)} of {len(courier)}"

# %% [markdown]
# ## Hosts
#
# `domain` counts by host. Copies in the Internet Archive count for the host that was archived.

# %%
english.facets("domain")
