"""The state machine that erases or exports a viewer's data, its function, and who may start it."""

from collections.abc import Mapping

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from domain.tombstone import ERASED
from domain.viewer_request import REQUESTS
from stacks.acknowledgement import (
    ANY_RESOURCE,
    NO_RESOURCE_LEVEL,
    acknowledge,
    acknowledge_objects,
    acknowledge_wildcards,
)
from stacks.config import StageConfig
from stacks.constructs.audience_documents import EXPIRE_AFTER_DAYS
from stacks.constructs.dataset_reader import DatasetReader
from stacks.constructs.dead_letter_queue import RETENTION as DEAD_LETTER_RETENTION
from stacks.constructs.encrypted_topic import EncryptedTopic
from stacks.constructs.keyed_table import DELETE, PUT, SCAN
from stacks.constructs.log_group import StageLogGroup
from stacks.constructs.viewer_search_job import ViewerSearchJob
from stacks.constructs.work_queue import RETENTION as WORK_RETENTION
from stacks.data_stack import REQUEST_RETENTION_DAYS
from stacks.exact_grants import grant_list
from stacks.function_factory import FunctionFactory
from stacks.names import imported_parameter, started_parameter, viewer_request_machine
from stacks.privacy.definition import Serving, viewer_request_definition
from stacks.undelivered_events import undelivered_events

FUNCTION_TIMEOUT = Duration.minutes(15)
EXECUTION_TIMEOUT = Duration.days(3)
"""A deletion in Personalize may take a day, a training that runs already a day and a half."""
BACKUP_DAYS, EXECUTION_HISTORY_DAYS = 35, 90
"""How far back DynamoDB restores a table, and how long Step Functions and Glue keep what ran."""
HOURS_PER_DAY = 24


class ViewerRequests(Construct):
    """Only members of support who have the managed policy can start it; it has no other trigger."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: FunctionFactory,
        search_job: ViewerSearchJob,
        dead_letters: Mapping[str, sqs.IQueue],
        training_machine: sfn.IStateMachine,
        dataset_group_arn: str,
        notices: EncryptedTopic,
    ) -> None:
        super().__init__(scope, construct_id)
        config, data = functions.config, functions.data
        self._data = data
        self._name = viewer_request_machine(config)
        self.function = self._function(functions, dead_letters)
        reader = DatasetReader(self, "UserListReader", bucket=data.privacy_bucket, prefix=REQUESTS)
        prefix = f"{config.name}-erasure-"
        definition = viewer_request_definition(
            Serving(
                function_arn=self.function.function_arn,
                job_name=search_job.job.job_name,
                bucket_name=data.privacy_bucket.bucket_name,
                training_machine_arn=training_machine.state_machine_arn,
                import_parameters=_import_parameters(config),
                dataset_group_arn=dataset_group_arn,
                reader_role_arn=reader.role_arn,
                name_prefix=prefix,
            )
        )
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_name=self._name,
            comment="Erases or exports what is stored about a viewer",
            definition_body=sfn.DefinitionBody.from_string(Stack.of(self).to_json_string(definition)),
            timeout=EXECUTION_TIMEOUT,
            tracing_enabled=True,
            # Without the executions' data, which name the viewer.
            logs=sfn.LogOptions(
                destination=StageLogGroup(self, "Log", config=config),
                level=sfn.LogLevel.ALL,
                include_execution_data=False,
            ),
        )
        acknowledge(self.machine, ANY_RESOURCE, reason=NO_RESOURCE_LEVEL)
        self._grant(config, search_job, training_machine, dataset_group_arn, prefix)
        self.machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[reader.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": "personalize.amazonaws.com"}},
            )
        )
        self._report_failures(notices)
        self.support_policy = self._support_policy()

    def _function(
        self, functions: FunctionFactory, dead_letters: Mapping[str, sqs.IQueue]
    ) -> lambda_.Function:
        data, config = self._data, functions.config
        ages_out = {
            "interactions-stream": config.interaction_retention_hours,
            "work-queues": int(WORK_RETENTION.to_hours()),
            "dead-letters-of-work-under-way": int(DEAD_LETTER_RETENTION.to_hours()),
            "files-of-requests-under-way": REQUEST_RETENTION_DAYS * HOURS_PER_DAY,
            "logs": config.log_retention_days * HOURS_PER_DAY,
            "backups-of-tables": BACKUP_DAYS * HOURS_PER_DAY,
            "this-request-in-step-functions": EXECUTION_HISTORY_DAYS * HOURS_PER_DAY,
            "tombstone": config.tombstone_retention_days * HOURS_PER_DAY,
        }
        if config.delivery.is_broadcast:
            ages_out["audiences-documents"] = EXPIRE_AFTER_DAYS * HOURS_PER_DAY
        function = functions.create(
            self,
            "ServeViewerRequest",
            module="serve_viewer_request",
            description="Searches tables, queues and the user pool for a viewer's data",
            timeout=FUNCTION_TIMEOUT,
            memory_megabytes=1024,
            environment={
                "PRIVACY_BUCKET_NAME": data.privacy_bucket.bucket_name,
                "CONNECTIONS_TABLE_NAME": data.connections_table.table_name,
                "AUDIT_TABLE_NAME": data.audit_table.table_name,
                "USER_POOL_ID": data.viewers.pool.user_pool_id,
                "DEAD_LETTER_QUEUES": " ".join(
                    f"{name}={queue.queue_url}" for name, queue in dead_letters.items()
                ),
                "AGES_OUT": " ".join(f"{name}={hours}" for name, hours in ages_out.items()),
            },
        )
        # Other tables name nobody: a search with the right to delete would risk the state of live matches.
        data.connections_table.grant_rows(function, SCAN, DELETE)
        # The one exception to an audit log that nobody changes: a pseudonym replaces the operator.
        data.audit_table.grant_rows(function, SCAN, PUT, DELETE)
        for queue in dead_letters.values():
            queue.grant(function, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")
        data.viewers.pool.grant(function, "cognito-idp:AdminGetUser", "cognito-idp:AdminDeleteUser")
        self._grant_bucket(function, data.privacy_bucket)
        return function

    def _grant_bucket(self, function: lambda_.Function, bucket: s3.IBucket) -> None:
        requests, erased = (bucket.arn_for_objects(f"{prefix}/*") for prefix in (REQUESTS, ERASED))
        function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources=[requests]
            )
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[erased]))
        grant_list(bucket, function)
        assert function.role
        acknowledge_objects(
            function.role,
            bucket,
            *(f"{REQUESTS}/", f"{ERASED}/"),
            reason="Each request has a folder of its own, and each erased viewer a tombstone.",
        )

    def _grant(
        self,
        config: StageConfig,
        search_job: ViewerSearchJob,
        training_machine: sfn.IStateMachine,
        dataset_group_arn: str,
        prefix: str,
    ) -> None:
        stack = Stack.of(self)
        deletions = stack.format_arn(
            service="personalize", resource="data-deletion-job", resource_name=f"{prefix}*"
        )
        statements: dict[tuple[str, ...], list[str]] = {
            ("lambda:InvokeFunction",): [self.function.function_arn],
            ("glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"): [
                search_job.job.job_arn
            ],
            ("states:ListExecutions",): [training_machine.state_machine_arn],
            ("ssm:DeleteParameters",): [
                stack.format_arn(service="ssm", resource="parameter", resource_name=name.lstrip("/"))
                for name in _import_parameters(config)
            ],
            ("personalize:CreateDataDeletionJob", "personalize:DescribeDataDeletionJob"): [
                dataset_group_arn,
                deletions,
            ],
        }
        for actions, resources in statements.items():
            self.machine.add_to_role_policy(iam.PolicyStatement(actions=list(actions), resources=resources))
        acknowledge_wildcards(
            self.machine, deletions, reason="Each erasure creates a job with a generated name."
        )

    def _report_failures(self, notices: EncryptedTopic) -> None:
        """Send the execution that failed to the topic: without its input, which names the viewer."""
        events.Rule(
            self,
            "Failures",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={
                    "stateMachineArn": [self.machine.state_machine_arn],
                    "status": ["FAILED", "ABORTED", "TIMED_OUT"],
                },
            ),
            targets=[
                targets.SnsTopic(
                    notices.topic,
                    message=events.RuleTargetInput.from_object(
                        {
                            "failed": events.EventField.from_path("$.detail.executionArn"),
                            "status": events.EventField.from_path("$.detail.status"),
                        }
                    ),
                    dead_letter_queue=undelivered_events(self, self._data.dead_letters),
                )
            ],
        )

    def _support_policy(self) -> iam.ManagedPolicy:
        stack, bucket = Stack.of(self), self._data.privacy_bucket
        executions = stack.format_arn(
            service="states",
            resource="execution",
            resource_name=f"{self._name}:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )
        policy = iam.ManagedPolicy(
            self,
            "Support",
            description="Start requests to erase or export a viewer's data, and read their results",
            statements=[
                iam.PolicyStatement(
                    actions=["states:StartExecution"], resources=[self.machine.state_machine_arn]
                ),
                iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions]),
                iam.PolicyStatement(
                    actions=["s3:ListBucket"],
                    resources=[bucket.bucket_arn],
                    conditions={"StringLike": {"s3:prefix": f"{REQUESTS}/*"}},
                ),
                iam.PolicyStatement(
                    actions=["s3:GetObject", "s3:DeleteObject"],
                    resources=[bucket.arn_for_objects(f"{REQUESTS}/*")],
                ),
            ],
        )
        acknowledge_objects(policy, bucket, f"{REQUESTS}/", reason="Each request has a folder of its own.")
        acknowledge_wildcards(policy, executions, reason="Each execution has a name of its own.")
        return policy


def _import_parameters(config: StageConfig) -> tuple[str, ...]:
    """Return the parameters that say what trainings have imported, into each group that the stage has."""
    stages = (config, config.trained) if config.personalize.next_datasets else (config,)
    return tuple(name(stage) for stage in stages for name in (imported_parameter, started_parameter))
