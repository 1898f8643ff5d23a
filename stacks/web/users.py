"""Who may sign in: a pool without self-service, three groups, and a client that only our function can use.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
"""

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from stacks.common.acknowledge import acknowledge_all

GROUPS = {
    "attendee": "Attendees of the workshop",
    "helper": "Lab helpers: they see the board",
    "organiser": "Organisers: they see the board and write to the room",
}
TOKEN_MINUTES = 30
SESSION_HOURS = 12
CODE_CHARACTERS = 13
"""Of 32 letters and digits, which are 65 random bits."""


class Users(Construct):
    """The pool, its groups and the page's client."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        """Nobody is in it: `python -m workshop attendees codes` makes the users and their codes."""
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_case_sensitive=False,
            feature_plan=cognito.FeaturePlan.LITE,
            account_recovery=cognito.AccountRecovery.NONE,
            # A password is a code that a program made; requirements of classes would only take bits from it.
            password_policy=cognito.PasswordPolicy(
                min_length=CODE_CHARACTERS,
                require_digits=False,
                require_lowercase=False,
                require_symbols=False,
                require_uppercase=False,
            ),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        acknowledge_all(
            self.pool,
            {
                "AwsSolutions-COG1": "Passwords are made by a program with 65 random bits; nobody chooses one",
                "AwsSolutions-COG2": "A printed code for a few hours in one room; a second factor would need phones",
                "AwsSolutions-COG8": "Threat protection needs the plan PLUS; the sign-in has a limit per name",
            },
        )
        self.client = cognito.UserPoolClient(
            self,
            "Client",
            user_pool=self.pool,
            auth_flows=cognito.AuthFlow(admin_user_password=True),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            id_token_validity=cdk.Duration.minutes(TOKEN_MINUTES),
            access_token_validity=cdk.Duration.minutes(TOKEN_MINUTES),
            refresh_token_validity=cdk.Duration.hours(SESSION_HOURS),
        )
        for name, description in GROUPS.items():
            cognito.CfnUserPoolGroup(
                self,
                name.title(),
                user_pool_id=self.pool.user_pool_id,
                group_name=name,
                description=description,
            )
