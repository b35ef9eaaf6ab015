"""Names of the facts this app writes into or takes from the outbox."""

EVENT_RECEIVED = "event.received"
DIALOGUE_DUE = "dialogue.due"
ATTACHMENT_EXPECTED = "attachment.expected"
MESSAGE_QUEUED = "message.queued"
STAFF_TASK = "staff.task"
STAFF_MAIL = "staff.mail"
PAUSE_CHANGED = "dialogue.pause"
