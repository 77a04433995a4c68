"""Articles and evidence: loading, finding, citing and refusing."""
