"""Recomputes the digest of a publication: digest.py publication.json prints its SHA-256.

The file is the answer to GET /v1/publications/{publication_id} with Accept: application/json; any JSON of the same values gives
the same digest, since it is made canonical (RFC 8785) first.
"""
import hashlib, json, sys

with open(sys.argv[1], encoding="utf-8") as file:
    said = json.load(file)
canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
print(hashlib.sha256(canonical.encode("utf-8")).hexdigest())
