"""How events leave: batches, pace, connections and retries over the Segment HTTP protocol."""
