"""The browser front end of a session: a classroom of desks, a facilitator, observers. No build step, no outside asset.

    classroom    who sits where, who may do what, how time passes: no HTTP
    debriefs     what each session was worth: headline, progress, page, one after the other: no HTTP
    requests     what a browser may ask of a desk or of the facilitator's page, as plain values
    server       the addresses, the checks of token, host and origin, the stream of views
    static/      pages, style and scripts, served as they are
"""
