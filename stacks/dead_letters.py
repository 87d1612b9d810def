"""The dead-letter queues of all stacks but the OperationsStack, which watches them and has one itself."""

from collections.abc import Mapping

from aws_cdk import aws_sqs as sqs

from stacks.analytics_stack import AnalyticsStack
from stacks.data_stack import DataStack
from stacks.delivery_stack import DeliveryStack


def dead_letter_queues(
    data: DataStack, analytics: AnalyticsStack, delivery: DeliveryStack
) -> Mapping[str, sqs.IQueue]:
    """Return the queues by the name that alarms and reports use."""
    return {
        "DeadLetters": data.dead_letters,
        "MomentsDeadLetters": delivery.pipeline.moments.dead_letters,
        "MomentsSubscriptionDeadLetters": delivery.pipeline.moments_subscription_dead_letters,
        "ContextChangesDeadLetters": delivery.pipeline.context_changes_dead_letters,
        "DispatchDeadLetters": delivery.pipeline.dispatch.dead_letters,
        "PreparationDeadLetters": delivery.preparation.tasks.dead_letters,
        "InteractionsDeadLetters": delivery.interactions_dead_letters,
        "OperatorFeedDeadLetters": delivery.control_room.operator_feed_dead_letters,
        "CatalogueDeadLetters": delivery.catalogue_trigger.dead_letters,
        "PopularityDeadLetters": delivery.popularity_trigger.dead_letters,
        "AnnouncementsDeadLetters": analytics.announcements.dead_letters,
        "MediaDeadLetters": analytics.media.sample_trigger.dead_letters,
    }
