"""How the viewers' user pool sends its mails: codes that confirm an address or reset a password."""

from dataclasses import dataclass
from typing import Annotated

from stacks.config.checks import MailAddress, Matches, check_fields
from stacks.config.regions import Region
from stacks.errors import StageConfigError

DomainName = Annotated[str, Matches(r"([a-z0-9-]+\.)+[a-z]{2,}", "a domain name")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerMail:
    """Mails go through Amazon SES, from an address of a domain that the account has verified there."""

    from_address: MailAddress
    verified_domain: DomainName
    """The domain of the address, which is a verified identity of SES in this account and region."""
    region: Region
    """A region of SES in which the identity is verified, usually that of the stage."""
    sender_name: str = ""
    """The name that mails show beside the address."""

    def __post_init__(self) -> None:
        check_fields(self, "viewer_mail")
        if self.from_address.partition("@")[2] != self.verified_domain:
            raise StageConfigError(
                "viewer_mail.from_address", f"an address at {self.verified_domain}", self.from_address
            )
