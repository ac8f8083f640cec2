# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # One story over years
#
# A bridge is approved, built, delayed, hit by a storm and opened. The pages that tell it lie five years
# apart. This notebook puts them together again.
#
# It needs, in a copy of the repository, `pip install './python[notebook,polars]' jupyterlab jupytext`.

# %%
import eventstore as es

store = es.sample()
bridge = store.query('tag:"Ennet Bridge"')
bridge

# %% [markdown]
# ## When it was told
#
# `of all` counts every event of the year, so that a loud year is told from a loud story.

# %%
bridge.timeline("year")

# %%
bridge.timeline("year").plot().properties(width=600, height=160)

# %% [markdown]
# ## What belongs to it
#
# Its own tag comes first, then what else its events are about: places, the railway, the storm.

# %%
bridge.facets("tags", top=8).plot().properties(width=600)

# %% [markdown]
# ## How it began

# %%
first = bridge[0]
first

# %% [markdown]
# Later pages link back to the first one.

# %%
store.referring(first)

# %% [markdown]
# ## The turning points
#
# The events that most others link to carry the story.

# %%
for event in sorted(bridge, key=lambda event: -store.referring(event).count())[:4]:
    print(f"{store.referring(event).count():3} links  {event.date}  {event.title}")

# %% [markdown]
# ## Where it crosses another story
#
# Both tags: the day on which the storm came to the bridge.

# %%
bridge.where(tags_all="Storm Maren")[0]

# %% [markdown]
# ## The same story in Chinese
#
# The sample has a second edition, with tags of its own.

# %%
store.query("tag:恩内特大桥")

# %% [markdown]
# ## How it ended

# %%
last = bridge.order("-date")[0]
last

# %% [markdown]
# What its page says came before:

# %%
for event in store.related(last):
    print(event.date, event.title)
