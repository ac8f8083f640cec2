"""The engines that a user would take instead, each at its best, on the same work.

| file | question |
| --- | --- |
| `settings` | how is each rival set up, who advises it, what can it not do |
| `export` | what are the rivals given |
| `engine` | what does every engine answer |
| `ours`, `sqlite`, `sqlite_plain`, `duck`, `polars_parquet`, `tantivy_index` | how does one engine do it |
| `sqlite_rows`, `sqlite_update`, `columns` | what do events become for some of them |
| `measure` | one measurement in a process of its own |
| `answers` | do all engines say the same |
| `table`, `charts` | what a person sees |
"""
