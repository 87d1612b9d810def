"""The removal of resources that the CDK's constructs retain by default."""

import jsii
from aws_cdk import CfnDeletionPolicy, CfnResource, IAspect
from constructs import IConstruct

RETAINED = (CfnDeletionPolicy.RETAIN, CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE)


@jsii.implements(IAspect)
class DeleteWithStack:
    """Deletes every resource with its stack, whatever the construct that creates it prefers."""

    def visit(self, node: IConstruct) -> None:
        """Replace a policy that retains the resource."""
        if not isinstance(node, CfnResource):
            return
        options = node.cfn_options
        if options.deletion_policy in RETAINED:
            options.deletion_policy = CfnDeletionPolicy.DELETE
            options.update_replace_policy = CfnDeletionPolicy.DELETE
