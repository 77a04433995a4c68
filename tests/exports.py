"""Makes the exports that come with the package, `index/models/shipped`, anew: `make exports`.

sentence-transformers makes the embedding model's, torch the reader's; each is compared with its
original, and refused if it is not the same.
"""

import shutil

from index.backends import identity
from index.making.exporting import export_embedder, export_reader
from index.models.embedding import DEFAULT_MODEL
from index.models.onnx_files import SHIPPED as EXPORTS
from index.reading.readers import SHIPPED, SHIPPED_FOLDER


def main() -> None:
    shutil.rmtree(EXPORTS, ignore_errors=True)
    print(export_embedder(DEFAULT_MODEL, EXPORTS / identity(DEFAULT_MODEL)))
    print(export_reader(SHIPPED_FOLDER, EXPORTS / identity(SHIPPED)))


if __name__ == "__main__":
    main()
