"""Messages to customers and conversations with them: e-mail, SMS, push, post, chat, telephone, voice."""

from __future__ import annotations

from choral.events.schema.kinds import Conversation, Message, Number, Properties, Text


class EmailSent(Message):
    """An e-mail was handed over for delivery."""

    EVENT = "Email Sent"


class EmailDelivered(Message):
    """The receiving server took an e-mail."""

    EVENT = "Email Delivered"


class EmailOpened(Message):
    """An e-mail was opened; machines open mail too, so it proves little."""

    EVENT = "Email Opened"


class EmailClicked(Message):
    """A link in an e-mail was followed."""

    EVENT, SEGMENT = "Email Clicked", "Email Link Clicked"


class EmailBounced(Message):
    """An e-mail could not be delivered."""

    EVENT = "Email Bounced"


class EmailMarkedAsSpam(Message):
    """A customer complained about an e-mail."""

    EVENT = "Email Marked as Spam"


class Unsubscribed(Message):
    """A customer asked for no more messages of a kind."""

    EVENT = "Unsubscribed"
    channel: Text = None
    list_id: Text = None


class SMSSent(Message):
    """A text message was handed over for delivery."""

    EVENT = "SMS Sent"


class SMSDelivered(Message):
    """A text message reached the telephone."""

    EVENT = "SMS Delivered"


class SMSClicked(Message):
    """A link in a text message was followed."""

    EVENT = "SMS Clicked"


class SMSFailed(Message):
    """A text message could not be delivered."""

    EVENT = "SMS Failed"


class SMSReceived(Message):
    """A customer sent a text message."""

    EVENT = "SMS Received"


class PushSent(Message):
    """A push notification was handed over for delivery."""

    EVENT = "Push Sent"


class PushDelivered(Message):
    """A push notification reached the device."""

    EVENT, SEGMENT = "Push Delivered", "Push Notification Received"


class PushOpened(Message):
    """A push notification was tapped."""

    EVENT, SEGMENT = "Push Opened", "Push Notification Tapped"


class PushFailed(Message):
    """A push notification could not be delivered."""

    EVENT, SEGMENT = "Push Failed", "Push Notification Bounced"


class _MailPiece(Properties):
    campaign_id: Text = None
    campaign_name: Text = None
    piece: Text = None
    kind: Text = None
    reason: Text = None


class MailPieceSent(_MailPiece):
    """A letter, leaflet or catalogue was posted to a customer; the time is when the campaign says it reached them."""

    EVENT = "Mail Piece Sent"


class MailPieceReturned(_MailPiece):
    """A letter came back."""

    EVENT = "Mail Piece Returned"


class ChatStarted(Conversation):
    """A chat began, on a page, in the app or in a messenger."""

    EVENT, SEGMENT = "Chat Started", "Live Chat Conversation Started"


class MessageSent(Conversation):
    """Somebody wrote in a conversation; the words stay out of the log."""

    EVENT, SEGMENT = "Message Sent", "Live Chat Message Sent"


class ChatEnded(Conversation):
    """A chat ended."""

    EVENT, SEGMENT = "Chat Ended", "Live Chat Conversation Ended"
    duration_s: Number = None


class _Call(Properties):
    call_id: Text = None
    direction: Text = None
    agent_id: Text = None
    reason: Text = None


class CallStarted(_Call):
    """A telephone call began; `direction` is inbound or outbound."""

    EVENT = "Call Started"


class CallEnded(_Call):
    """A telephone call ended."""

    EVENT = "Call Ended"
    duration_s: Number = None


class VoiceMenuChosen(_Call):
    """A caller chose from the voice menu."""

    EVENT = "Voice Menu Chosen"
    option: Text = None


class VoiceAssistantAsked(Properties):
    """A voice assistant was asked something about the shop."""

    EVENT = "Voice Assistant Asked"
    intent: Text = None
    assistant: Text = None
