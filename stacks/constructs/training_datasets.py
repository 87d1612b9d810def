"""The dataset group with its three datasets."""

from collections.abc import Sequence

from aws_cdk import aws_personalize as personalize
from constructs import Construct, IConstruct

from stacks.config import StageConfig
from stacks.dataset_schemas import DatasetSchema
from stacks.names import PersonalizeNames


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
    ) -> None:
        super().__init__(scope, construct_id)
        self._config = config
        self._names = PersonalizeNames.of(config)
        self.arns: dict[str, str] = {}
        self._datasets: list[personalize.CfnDataset] = []
        adopted = config.personalize.adopted
        if adopted:
            self.group_arn = adopted.dataset_group_arn
            # A group has one dataset of each type, whose ARN derives from the group's.
            prefix = adopted.dataset_group_arn.replace(":dataset-group/", ":dataset/")
            self.arns = {schema.dataset_type: f"{prefix}/{schema.dataset_type.upper()}" for schema in schemas}
            return
        group = personalize.CfnDatasetGroup(self, "Group", name=self._names.dataset_group)
        self._apply_removal_policy(group)
        self.group_arn = group.attr_dataset_group_arn
        for schema in schemas:
            self._add(schema)

    def precede(self, dependent: IConstruct) -> None:
        """Create a resource after the datasets, which solutions and event trackers require."""
        for dataset in self._datasets:
            dependent.node.add_dependency(dataset)

    def _add(self, schema: DatasetSchema) -> None:
        name = f"{self._names.dataset_group}-{schema.dataset_type.lower()}"
        cfn_schema = personalize.CfnSchema(
            self, f"{schema.dataset_type}Schema", name=f"{name}-{schema.fingerprint}", schema=schema.avro
        )
        dataset = personalize.CfnDataset(
            self,
            schema.dataset_type,
            name=name,
            dataset_group_arn=self.group_arn,
            dataset_type=schema.dataset_type,
            schema_arn=cfn_schema.attr_schema_arn,
        )
        self._apply_removal_policy(cfn_schema)
        self._apply_removal_policy(dataset)
        self._datasets.append(dataset)
        self.arns[schema.dataset_type] = dataset.attr_dataset_arn

    def _apply_removal_policy(
        self, resource: personalize.CfnDatasetGroup | personalize.CfnSchema | personalize.CfnDataset
    ) -> None:
        resource.apply_removal_policy(self._config.removal_policy)
