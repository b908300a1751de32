"""Documents made and damaged at random, and the judge that compares the loader with lxml on them."""
