"""Advertising, social media, campaigns, experiments, and data that came in as a whole."""

from __future__ import annotations

from choral.events.schema.kinds import Number, Properties, Text


class _Advert(Properties):
    network: Text = None
    campaign_id: Text = None
    campaign_name: Text = None
    creative: Text = None
    placement: Text = None
    keyword: Text = None
    cost: Number = None
    currency: str | None = None


class AdImpression(_Advert):
    """An advertisement was shown."""

    EVENT = "Ad Impression"


class AdClicked(_Advert):
    """An advertisement was followed."""

    EVENT = "Ad Clicked"


class _SocialPost(Properties):
    network: Text = None
    post_id: Text = None
    campaign_id: Text = None
    kind: Text = None


class SocialPostViewed(_SocialPost):
    """A post of the shop was shown to somebody."""

    EVENT = "Social Post Viewed"


class SocialPostEngaged(_SocialPost):
    """Somebody liked, shared or answered a post of the shop."""

    EVENT = "Social Post Engaged"


class SocialMentioned(_SocialPost):
    """Somebody spoke of the shop or its products."""

    EVENT = "Social Mentioned"


class MediaPlayed(Properties):
    """A film or a sound of the shop was played, on a page or on a screen in a store."""

    EVENT = "Media Played"
    media_id: Text = None
    title: Text = None
    position_s: Number = None
    duration_s: Number = None
    store_id: Text = None


class CampaignTouched(Properties):
    """A campaign reached a customer in a channel that has no event of its own."""

    EVENT = "Campaign Touched"
    campaign_id: Text = None
    campaign_name: Text = None
    medium: Text = None


class ExperimentViewed(Properties):
    """A customer met a variation of an experiment, or was drawn into its holdout."""

    EVENT = "Experiment Viewed"
    experiment_id: Text = None
    experiment_name: Text = None
    variation_id: Text = None
    variation_name: Text = None


class ExperimentChanged(Properties):
    """An experiment was planned, started, stopped, put away or taken out again."""

    EVENT = "Experiment Changed"
    experiment_id: Text = None
    experiment_name: Text = None
    state: Text = None


class DatasetImported(Properties):
    """A table of reference or media data was replaced or merged as a whole."""

    EVENT = "Dataset Imported"
    dataset: Text = None
    rows: Number = None
    version: Number = None


class SourceWithdrawn(Properties):
    """Everything a source ever sent counts no more, as when an import is undone."""

    EVENT = "Source Withdrawn"
    source: Text = None
