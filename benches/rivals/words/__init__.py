"""Questions for words, asked of eventstore and of engines for text: `benches/words.py` runs them."""
