"""The dataset group with its three datasets."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_personalize as personalize
from constructs import Construct, IConstruct

from stacks.config import StageConfig
from stacks.constructs.added_schema import AddedSchema
from stacks.constructs.data_key import grant_personalize
from stacks.constructs.sdk_call import SdkCall
from stacks.dataset_schemas import DatasetSchema
from stacks.kept_exports import keep_export
from stacks.names import PersonalizeNames
from stacks.personalize_principal import personalize_principal


class TrainingDatasets(Construct):
    """A dataset group with a schema and a dataset per type; retained in production.

    With an existing dataset group nothing is created; its datasets must have the registry's context columns.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        schemas: Sequence[DatasetSchema],
        key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._names = PersonalizeNames.of(config)
        self._datasets: list[IConstruct] = []
        self.created_arns: dict[str, str] = {}
        """The ARNs of what is created, by construct id."""
        if config.personalize.adopted:
            self.group_arn = config.personalize.adopted.dataset_group_arn
            return
        group = personalize.CfnDatasetGroup(
            self,
            "Group",
            name=self._names.dataset_group,
            kms_key_arn=key.key_arn if key else None,
            role_arn=self._key_role(key).role_arn if key else None,
        )
        self._apply_removal_policy(group)
        self.group_arn = group.attr_dataset_group_arn
        self.created_arns["Group"] = self.group_arn
        keep_export(self, self.group_arn)
        for schema in schemas:
            self._add(schema)

    def precede(self, dependent: IConstruct) -> None:
        """Create a resource after the datasets, which solutions and event trackers require."""
        for dataset in self._datasets:
            dependent.node.add_dependency(dataset)

    def _key_role(self, key: kms.IKey) -> iam.Role:
        role = iam.Role(self, "KeyRole", assumed_by=personalize_principal(self))
        grant_personalize(role, key)
        return role

    def _add(self, schema: DatasetSchema) -> None:
        name = f"{self._names.dataset_group}-{schema.dataset_type.lower()}"
        first = self._schema(schema.first)
        dataset = personalize.CfnDataset(
            self,
            schema.dataset_type,
            name=name,
            dataset_group_arn=self.group_arn,
            dataset_type=schema.dataset_type,
            schema_arn=first.attr_schema_arn,
        )
        self._apply_removal_policy(dataset)
        self._datasets.append(dataset)
        self.created_arns[schema.dataset_type] = dataset.attr_dataset_arn
        keep_export(self, dataset.attr_dataset_arn)
        if schema.added_fields:
            self._add_columns(schema, dataset)

    def _add_columns(self, schema: DatasetSchema, dataset: personalize.CfnDataset) -> None:
        """Give a dataset the schema with its newer columns, which CloudFormation cannot do."""
        schema_id = f"{schema.dataset_type}Schema{schema.fingerprint}"
        present = AddedSchema(
            self, schema_id, config=self._config, name=self._schema_name(schema), avro=schema.avro
        )
        self.created_arns[schema_id] = present.arn
        # The dataset uses it from the call on, so it has to be deleted before its schema.
        dataset.node.add_dependency(present)
        call = SdkCall(
            self,
            # Another call for other columns: to roll back the update of a call would be to repeat the former
            # one, and Personalize refuses a schema with fewer columns.
            f"{schema.dataset_type}Columns{schema.fingerprint}",
            config=self._config,
            service="Personalize",
            action="updateDataset",
            parameters={"datasetArn": dataset.attr_dataset_arn, "schemaArn": present.arn},
            resources=[dataset.attr_dataset_arn],
        )
        self._datasets.append(call)

    def _schema_name(self, schema: DatasetSchema) -> str:
        return f"{self._names.dataset_group}-{schema.dataset_type.lower()}-{schema.fingerprint}"

    def _schema(self, schema: DatasetSchema) -> personalize.CfnSchema:
        construct_id = f"{schema.dataset_type}Schema"
        cfn_schema = personalize.CfnSchema(
            self, construct_id, name=self._schema_name(schema), schema=schema.avro
        )
        self._apply_removal_policy(cfn_schema)
        self.created_arns[construct_id] = cfn_schema.attr_schema_arn
        return cfn_schema

    def _apply_removal_policy(
        self, resource: personalize.CfnDatasetGroup | personalize.CfnSchema | personalize.CfnDataset
    ) -> None:
        resource.apply_removal_policy(self._config.removal_policy)
