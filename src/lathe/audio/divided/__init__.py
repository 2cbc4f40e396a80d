"""The divisions of the codecs that divide: one file a codec, beside the codec itself."""
