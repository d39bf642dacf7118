"""The figures of the shop, each defined once: what it means, how it is computed, by what it can be split."""
