"""A photo and two programs to try viscript on; ORIGIN.md says where the photo is from."""
