"""The fonts that labels and emoji are drawn with; `ORIGINS.md` says where each comes from."""
