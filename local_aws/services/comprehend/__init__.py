"""Amazon Comprehend: DetectDominantLanguage."""
