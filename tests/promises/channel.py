"""What every channel must keep; written once, run for each channel that is found."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from choral.channels.contract import Channel, Message, Request, made
from choral.core.errors import ChoralError, NotAllowed, Unsupported
from choral.events.collector import canonical
from choral.events.collector.intake import Claim


class ChannelPromises:
    """Inherit and give a `channel` fixture."""

    def test_it_is_described_for_people_and_by_data(self, channel: Channel) -> None:
        assert channel.label and channel.key.isidentifier() and channel.key == channel.key.lower()
        assert channel.capabilities.hears or channel.capabilities.speaks
        assert dataclasses.is_dataclass(channel.settings)
        assert channel.settings.__doc__ and inspect.getdoc(inspect.getmodule(type(channel)))

    def test_each_thing_it_can_do_has_an_example(self, channel: Channel) -> None:
        assert any(one.request for one in channel.examples) == channel.capabilities.hears
        assert any(one.message for one in channel.examples) == channel.capabilities.speaks

    def test_what_it_hears_means_what_the_example_says(self, channel: Channel) -> None:
        for example in channel.examples:
            if example.request:
                assert channel.hear(example.request, made(channel, example.settings)) == list(example.events)

    def test_what_it_hears_is_taken_by_the_log(self, channel: Channel) -> None:
        import msgspec

        for example in channel.examples:
            for event in example.events:
                assert isinstance(canonical.read_event(msgspec.json.encode(event)), Claim)

    def test_a_call_with_one_byte_changed_is_refused(self, channel: Channel) -> None:
        for example in channel.examples:
            if example.request:
                changed = Request(example.request.headers, example.request.body + b" ")
                with pytest.raises(NotAllowed):
                    channel.hear(changed, made(channel, example.settings))

    def test_a_call_signed_with_another_secret_is_refused(self, channel: Channel) -> None:
        for example in channel.examples:
            if example.request:
                with pytest.raises(NotAllowed):
                    channel.hear(example.request, made(channel, {**example.settings, "secret": "another"}))

    def test_a_call_without_signature_is_refused(self, channel: Channel) -> None:
        for example in channel.examples:
            if example.request:
                with pytest.raises(NotAllowed):
                    channel.hear(Request({}, example.request.body), made(channel, example.settings))

    def test_what_it_says_ends_as_the_example_says(self, channel: Channel) -> None:
        for example in channel.examples:
            if example.message:
                receipt = channel.deliver(example.message, made(channel, example.settings))
                assert (receipt.key, receipt.state) == (example.message.key, example.state)
                assert receipt.state != "refused" or receipt.reason

    def test_saying_the_same_twice_gives_the_same_receipt(self, channel: Channel) -> None:
        for example in channel.examples:
            if example.message:
                settings = made(channel, example.settings)
                assert channel.deliver(example.message, settings) == channel.deliver(example.message, settings)

    def test_too_long_a_text_is_refused_not_cut(self, channel: Channel) -> None:
        longest = channel.capabilities.longest
        for example in channel.examples:
            if example.message and longest:
                message = dataclasses.replace(example.message, text="x" * (longest + 1))
                assert channel.deliver(message, made(channel, example.settings)).state == "refused"

    def test_what_it_cannot_do_is_said(self, channel: Channel) -> None:
        settings = made(channel, channel.examples[0].settings)
        if not channel.capabilities.hears:
            with pytest.raises(Unsupported):
                channel.hear(Request({}, b"{}"), settings)
        if not channel.capabilities.speaks:
            with pytest.raises(Unsupported):
                channel.deliver(Message("k", "to", "text"), settings)

    def test_rubbish_is_answered_with_a_typed_error(self, channel: Channel) -> None:
        if channel.capabilities.hears:
            settings = made(channel, channel.examples[0].settings)
            for body in (b"", b"\xff\xfe", b"[" * 100_000, b"null", b'{"receipt":1}'):
                with pytest.raises(ChoralError):
                    channel.hear(Request({"choral-signature": "t=x,v1=,v1=y"}, body), settings)
