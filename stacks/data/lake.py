"""Glue's catalogue of the lab's files, and Athena's workgroup with the questions."""

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.common.customer_key import CustomerKey
from stacks.data.bucket import QUERY_RESULTS
from stacks.data.queries import TABLES, Table, saved_queries

MOST_BYTES_SCANNED = 100_000_000
"""Of one query; Athena takes no less than ten million. The lab's tables have 100 KB."""


class Lake(Construct):
    """A database with declared tables, and a workgroup in which nobody can read much or write elsewhere.

    Database and workgroup have names, because queries and people use them: the workshop's id, which is also how the
    teardown knows a database, for Glue's databases take no tags.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workshop_id: str,
        bucket: s3.IBucket,
        key: CustomerKey | None,
    ) -> None:
        """Create the construct.

        Args:
            bucket: has the files of the tables, and takes the results of queries.
            key: encrypts the results; None leaves it to S3's own keys.
        """
        super().__init__(scope, construct_id)
        self.name = f"{workshop_id}-lab"
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.name, description="Tables of the workshop's machine-learning lab"
            ),
        )
        for table in TABLES:
            self._table(table, bucket).add_resource_dependency(database)
        workgroup = athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=self.name,
            description="Queries of the workshop's machine-learning lab",
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                bytes_scanned_cutoff_per_query=MOST_BYTES_SCANNED,
                publish_cloud_watch_metrics_enabled=True,
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=bucket.s3_url_for_object(QUERY_RESULTS),
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_KMS" if key else "SSE_S3", kms_key=key.arn if key else None
                    ),
                ),
            ),
        )
        for query in saved_queries():
            athena.CfnNamedQuery(
                self,
                f"Query{query.id}",
                name=query.name,
                description=query.description,
                database=self.name,
                query_string=query.sql,
                work_group=self.name,
            ).add_resource_dependency(workgroup)

    def _table(self, table: Table, bucket: s3.IBucket) -> glue.CfnTable:
        """https://docs.aws.amazon.com/athena/latest/ug/lazy-simple-serde.html: an empty cell of a number is NULL."""
        column = glue.CfnTable.ColumnProperty
        return glue.CfnTable(
            self,
            f"Table{table.name.title()}",
            catalog_id=cdk.Aws.ACCOUNT_ID,
            database_name=self.name,
            table_input=glue.CfnTable.TableInputProperty(
                name=table.name,
                description=table.description,
                table_type="EXTERNAL_TABLE",
                parameters={"classification": "csv", "skip.header.line.count": "1"},
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    location=bucket.s3_url_for_object(table.prefix),
                    columns=[column(name=name, type=kind) for name, kind in table.columns],
                    input_format="org.apache.hadoop.mapred.TextInputFormat",
                    output_format="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                        parameters={"field.delim": ",", "serialization.format": ","},
                    ),
                ),
            ),
        )
