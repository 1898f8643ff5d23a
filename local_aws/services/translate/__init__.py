"""Amazon Translate: TranslateText."""
