"""A model's files -> what runs it: texts -> unit vectors, an ONNX graph -> a session."""
