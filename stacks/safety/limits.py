"""How much fits into a guardrail: for the policy file and for the rule that reads templates.

The stricter of the Bedrock API model (`CreateGuardrail`) and the CloudFormation schema (`AWS::Bedrock::Guardrail`);
numbers of entries are quotas: https://docs.aws.amazon.com/general/latest/gr/bedrock.html. Texts are in characters.
"""

MAX_TOPICS = 30
MAX_TOPIC_NAME = 100
MAX_TOPIC_DEFINITION = 200
"""CloudFormation takes 1,000, the API only 200."""
MAX_EXAMPLES = 5
MAX_EXAMPLE = 100
MAX_WORD = 100
MAX_WORDS_PER_PHRASE = 3
MAX_PHRASES = 9_999
MAX_REGEXES = 10
MAX_REGEX = 500
MAX_MESSAGE = 500
