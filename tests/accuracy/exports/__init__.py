"""Static findings about traces and exports against what trace, torch.export and the ONNX exporters say of real models.

`record.py` runs models (one process for each, checks that may crash in processes of their own), `truth.py` is what it
writes and what `comparison.py` judges findings by, `scoreboard.py` makes the tables of docs/accuracy.md.
"""
