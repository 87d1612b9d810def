"""The training state machine, its triggers and its permissions."""

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.acknowledgement import ANY_RESOURCE, NO_RESOURCE_LEVEL, acknowledge, acknowledge_wildcards
from stacks.config import Publication, StageConfig
from stacks.constructs.dataset_jobs import DatasetJobs
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.log_group import StageLogGroup
from stacks.constructs.training_notices import TrainingNotices
from stacks.event_patterns import object_created
from stacks.names import (
    campaign_arn,
    dataset_arn,
    held_parameter,
    imported_parameter,
    serving_parameter,
    solution_arn,
    solution_arns,
    started_parameter,
)
from stacks.stage_tags import stage_tags
from stacks.training.definition import Training, training_definition
from stacks.training.imports import Import
from stacks.training.tagging import with_tags

COMPLETE_MARKER = "_SUCCESS"
EXECUTION_TIMEOUT = Duration.hours(36)


class TrainingWorkflow(Construct):
    """Runs on a schedule, and when a `_SUCCESS` object marks an upload of raw data as complete."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        jobs: DatasetJobs,
        reader: iam.IRole,
        notices: EncryptedTopic,
        planner: lambda_.IFunction,
        raw_bucket: s3.IBucket,
        undelivered: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = f"touchline-{config.name}-training"
        self._solution_arn = solution_arn(Stack.of(self), config)
        self._campaign_arn = campaign_arn(Stack.of(self), config)
        compared = config.personalize.publication is Publication.COMPARED
        self._serving_parameter = serving_parameter(config) if compared else None
        self._imported_parameter = imported_parameter(config)
        self._started_parameter = started_parameter(config)
        self._dataset_arns = {
            name: dataset_arn(Stack.of(self), config, name) for name in ("Interactions", "Users", "Items")
        }

        def dataset_import(dataset: str) -> Import:
            name = dataset.lower()
            return Import(
                dataset=name,
                job_name=jobs.jobs[name].job_name,
                dataset_arn=self._dataset_arns[dataset],
                location=jobs.location(name),
                name_prefix=f"{config.name}-{name}-",
            )

        definition = training_definition(
            Training(
                interactions=dataset_import("Interactions"),
                entities=(dataset_import("Users"), dataset_import("Items")),
                popularity_job_name=jobs.jobs["popularity"].job_name,
                reader_role_arn=reader.role_arn,
                solution_arn=self._solution_arn,
                campaign_arn=self._campaign_arn,
                imported_parameter=self._imported_parameter,
                started_parameter=self._started_parameter,
                serving_parameter=self._serving_parameter,
                held_parameter=held_parameter(config),
                plan_function_arn=planner.function_arn,
                full_import_days=config.personalize.full_import_days,
                stage=config.name,
                campaign_config=_campaign_config(config),
                default_import_mode=config.personalize.default_import_mode,
                allows_full_imports=config.personalize.allows_full_imports,
                reports_attribution=config.personalize.owns_metric_attribution,
            )
        )
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            # A fixed name, because the role may list the machine's executions and is created before it.
            state_machine_name=self._name,
            comment="Raw clickstream to a trained solution version",
            definition_body=sfn.DefinitionBody.from_string(
                Stack.of(self).to_json_string(with_tags(definition, stage_tags(config)))
            ),
            timeout=EXECUTION_TIMEOUT,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=StageLogGroup(self, "Log", config=config),
                level=sfn.LogLevel.ALL,
                include_execution_data=True,
            ),
        )
        self._grant(config, jobs, reader, planner)
        self.notices = TrainingNotices(
            self,
            "Notices",
            stage=config.name,
            machine=self.machine,
            topic=notices,
            undelivered=undelivered,
        )
        self._start(config, raw_bucket, undelivered)

    def _grant(
        self, config: StageConfig, jobs: DatasetJobs, reader: iam.IRole, planner: lambda_.IFunction
    ) -> None:
        stack = Stack.of(self)
        import_jobs = stack.format_arn(
            service="personalize", resource="dataset-import-job", resource_name=f"{config.name}-*"
        )
        solutions = solution_arns(stack, config)
        versions = solutions[1:]
        statements: dict[tuple[str, ...], list[str]] = {
            ("lambda:InvokeFunction",): [planner.function_arn],
            ("glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"): [
                job.job_arn for job in jobs.jobs.values()
            ],
            ("personalize:CreateDatasetImportJob", "personalize:DescribeDatasetImportJob"): [
                *self._dataset_arns.values(),
                import_jobs,
            ],
            # Whoever creates a resource with tags needs the right to tag it.
            ("personalize:TagResource",): [import_jobs, *versions],
            (
                "personalize:DescribeSolution",
                "personalize:CreateSolutionVersion",
                "personalize:DescribeSolutionVersion",
                "personalize:GetSolutionMetrics",
            ): solutions,
            ("states:ListExecutions",): [
                stack.format_arn(
                    service="states",
                    resource="stateMachine",
                    resource_name=self._name,
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            ("ssm:GetParameter", "ssm:PutParameter"): [
                stack.format_arn(service="ssm", resource="parameter", resource_name=name.lstrip("/"))
                for name in (self._imported_parameter, self._started_parameter, self._serving_parameter)
                if name
            ],
            ("ssm:DeleteParameter",): [
                stack.format_arn(
                    service="ssm", resource="parameter", resource_name=self._started_parameter.lstrip("/")
                )
            ],
            ("events:PutEvents",): [
                stack.format_arn(service="events", resource="event-bus", resource_name="default")
            ],
        }
        if self._serving_parameter:
            statements["ssm:GetParameter",] = [
                stack.format_arn(
                    service="ssm", resource="parameter", resource_name=held_parameter(config).lstrip("/")
                )
            ]
            statements["personalize:UpdateCampaign", "personalize:DescribeCampaign"] = [self._campaign_arn]
        acknowledge(self.machine, ANY_RESOURCE, reason=NO_RESOURCE_LEVEL)
        for actions, resources in statements.items():
            self.machine.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=resources))
        acknowledge_wildcards(
            self.machine,
            import_jobs,
            *versions,
            reason="Each training creates import jobs and a solution version with generated names.",
        )
        self.machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[reader.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}},
            )
        )

    def _start(self, config: StageConfig, raw_bucket: s3.IBucket, undelivered: sqs.IQueue) -> None:
        # EventBridge tries for a day unless it is told otherwise.
        target = targets.SfnStateMachine(
            self.machine, input=events.RuleTargetInput.from_object({}), dead_letter_queue=undelivered
        )
        events.Rule(
            self,
            "Schedule",
            schedule=events.Schedule.expression(config.personalize.training_schedule),
            targets=[target],
        )
        events.Rule(
            self,
            "UploadComplete",
            event_pattern=object_created(raw_bucket, suffix=COMPLETE_MARKER),
            targets=[target],
        )


def _campaign_config(config: StageConfig) -> dict[str, object]:
    exploration = config.personalize.exploration
    return {"ItemExplorationConfig": exploration.settings} if exploration else {}
