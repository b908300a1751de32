"""What the public Discogs samples of August 2020 look like: rows per root, lengths, non-ASCII shares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A text column: mean characters of a filled value, share filled, share of those that is not ASCII."""

    mean: float
    filled: float = 1.0
    accented: float = 0.0


# Of 1,000 roots, how many have so many rows ("rows:roots"); of a nested table, how many parents of all
# those in 1,000 roots (where only some roots have any, parents without rows are left out).
ROWS = {
    "artist_alias": "0:885 1:43 2:13 3:12 4:10 5:10 6:5 7:4 8:3 9:3 10:2 11:1 12:1 13:1 17:1 18:3 23:2 71:1",
    "artist_group": "0:881 1:79 2:17 3:3 4:5 5:4 8:1 9:1 10:1 11:3 14:1 17:1 18:2 19:1",
    "artist_member": "0:921 1:21 2:30 3:9 4:6 5:5 6:2 7:1 8:4 10:1",
    "artist_name_variation": (
        "0:739 1:133 2:40 3:16 4:18 5:13 6:4 7:6 8:7 9:1 10:9 11:2 12:1 13:1 15:3 17:1 18:1 19:1 20:1 25:1 27:1 56:1"
    ),
    "artist_url": "0:855 1:68 2:30 3:16 4:6 5:4 6:2 7:3 8:2 9:5 11:1 12:1 15:1 16:1 17:1 18:2 19:1 20:1",
    "artist_image": "0:803 1:112 2:30 3:16 4:8 5:7 6:6 7:5 8:2 9:3 10:3 14:1 15:1 19:1 25:1 26:1",
    "label_url": "0:851 1:65 2:32 3:14 4:10 5:4 6:4 7:5 8:4 9:4 10:2 11:1 12:2 13:2",
    "label_sublabel": "0:933 1:27 2:8 3:8 4:6 5:8 6:3 8:3 9:1 12:1 14:1 24:1",
    "label_image": "0:754 1:161 2:50 3:11 4:12 5:3 6:3 7:3 8:2 9:1",
    "master_artist": "1:876 2:96 3:15 4:7 5:4 6:1 7:1",
    "master_genre": "1:753 2:193 3:43 4:8 5:3",
    "master_style": "0:102 1:415 2:308 3:106 4:39 5:16 6:5 7:4 8:3 11:1 27:1",
    "master_video": (
        "0:426 1:173 2:135 3:76 4:51 5:25 6:29 7:14 8:10 9:11 10:8 11:6 12:10 13:7 14:5 15:1 16:4 "
        "17:1 19:1 20:1 21:1 22:1 27:2 29:1 37:1"
    ),
    "master_image": (
        "0:15 1:296 2:242 3:121 4:181 5:38 6:43 7:14 8:13 9:3 10:8 11:6 12:2 13:3 14:3 15:1 16:4 18:1 "
        "19:3 20:1 23:1 28:1"
    ),
    "release_artist": "1:859 2:88 3:34 4:7 5:5 6:2 7:3 9:1 10:1",
    "release_extra_artist": (
        "0:409 1:125 2:89 3:68 4:46 5:38 6:33 7:25 8:29 9:12 10:15 11:14 12:10 13:15 14:5 15:7 16:5 "
        "17:6 18:6 19:9 20:4 21:4 22:3 23:2 24:3 25:2 26:2 27:1 29:2 30:2 32:2 33:1 36:1 41:3 55:1 "
        "56:1"
    ),
    "release_label": "1:887 2:98 3:10 4:4 6:1",
    # Not in the samples: the share is that of the dumps of 2026.
    "release_series": "0:934 1:62 2:4",
    "release_format": "1:977 2:16 3:6 10:1",
    "release_format_description": "0:37 1:311 2:390 3:214 4:69 5:10 6:4 7:1 8:1",
    "release_genre": "1:775 2:169 3:40 4:13 5:2 7:1",
    "release_style": "0:146 1:456 2:241 3:109 4:27 5:13 6:3 7:3 9:1 10:1",
    "release_identifier": (
        "0:474 1:151 2:145 3:77 4:50 5:32 6:29 7:13 8:9 9:3 10:5 11:4 12:1 15:3 17:1 18:1 40:1 50:1"
    ),
    "release_video": (
        "0:470 1:120 2:103 3:77 4:67 5:37 6:26 7:15 8:13 9:8 10:13 11:18 12:8 13:4 14:2 15:6 16:1 "
        "19:6 20:1 21:1 24:1 25:1 29:1 34:1"
    ),
    "release_company": (
        "0:551 1:114 2:89 3:75 4:54 5:43 6:13 7:14 8:10 9:9 10:9 11:6 12:3 13:2 14:3 17:1 21:1 25:1 33:1 37:1"
    ),
    "release_image": (
        "0:45 1:313 2:230 3:116 4:163 5:45 6:33 7:17 8:9 9:7 10:8 11:2 12:3 14:1 15:1 17:1 20:1 21:1 34:2 68:1 86:1"
    ),
    "release_track": (
        "1:43 2:176 3:62 4:113 5:33 6:42 7:28 8:40 9:42 10:73 11:40 12:104 13:29 14:41 15:17 16:24 "
        "17:11 18:15 19:13 20:14 21:2 22:5 23:2 24:5 25:1 26:3 27:2 29:1 30:1 32:2 33:1 35:1 36:1 "
        "40:1 43:1 46:2 52:1 59:1 65:1 66:1 67:1 124:1 132:1 133:1 267:1"
    ),
    "release_track_artist": "1:1265 2:136 3:33 4:8 5:2 7:2 8:1 14:1",
    "release_track_extra_artist": (
        "1:1150 2:535 3:214 4:135 5:66 6:31 7:30 8:19 9:16 10:18 11:9 12:5 13:3 14:4 15:2 16:3 18:1 20:1 22:1"
    ),
    "release_sub_track": "1:16 2:16 3:8 4:5 5:1 6:1 7:4 9:2 12:2 15:1 16:1 24:1",
    "release_sub_track_artist": "1:9",
    "release_sub_track_extra_artist": "2:1",
}

TEXT = {
    "artist.realname": Text(19.61, 0.135, 0.133),
    "artist.profile": Text(245.36, 0.207, 0.126),
    "artist_name_variation.name": Text(12.91, 1, 0.120),
    "artist_url.url": Text(38.60, 1, 0.0065),
    "artist_alias.name": Text(11.87, 1, 0.031),
    "artist_member.name": Text(13.22, 1, 0.073),
    "artist_group.name": Text(14.19, 1, 0.039),
    "label.contactinfo": Text(92.50, 0.127, 0.087),
    "label.profile": Text(204.95, 0.242, 0.087),
    "label.parent_label": Text(17.59, 0.083, 0.024),
    "label_url.url": Text(37.57, 0.9954, 0.0046),
    "label_sublabel.name": Text(18.49, 1, 0.047),
    "master.notes": Text(88.90, 0.040, 0.100),
    "master.title": Text(19.47, 1, 0.067),
    "master_artist.name": Text(12.92, 1, 0.049),
    "master_artist.anv": Text(16.38, 0.1065, 0.19),
    "master_artist.join": Text(2.36, 1, 0.063),
    "master_style.style": Text(8.36, 1, 0.0047),
    "master_video.title": Text(35.51, 1, 0.073),
    "master_video.description": Text(154.50, 0.840, 0.387),
    "release.title": Text(20.36, 1, 0.095),
    "release.notes": Text(167.50, 0.640, 0.278),
    "release_artist.name": Text(13.49, 1, 0.076),
    "release_artist.anv": Text(12.79, 0.1055, 0.153),
    "release_artist.join": Text(1.97, 1, 0.029),
    "release_extra_artist.name": Text(13.39, 1, 0.090),
    "release_extra_artist.anv": Text(11.20, 0.198, 0.132),
    "release_extra_artist.role": Text(15.46, 1, 0.003),
    "release_extra_artist.tracks": Text(9.64, 0.1766),
    "release_label.name": Text(13.78, 1, 0.031),
    "release_label.catno": Text(7.83, 1, 0.011),
    "release_series.name": Text(17.0, 1, 0.045),
    "release_series.catno": Text(5.5, 0.75),
    "release_format.text": Text(8.86, 0.1456),
    "release_style.style": Text(8.71, 1, 0.004),
    "release_identifier.type": Text(12.23, 1, 0.0018),
    "release_identifier.description": Text(14.11, 0.5724, 0.0049),
    "release_identifier.value": Text(14.29, 1, 0.053),
    "release_video.title": Text(36.73, 1, 0.086),
    "release_video.description": Text(167.74, 0.884, 0.395),
    "release_company.name": Text(18.25, 1, 0.056),
    "release_company.catno": Text(7.21, 0.043),
    "release_track.title": Text(17.77, 0.9978, 0.096),
    "release_track_artist.name": Text(12.57, 1, 0.058),
    "release_track_artist.anv": Text(11.72, 0.0933, 0.171),
    "release_track_artist.join": Text(2.60, 1),
    "release_track_extra_artist.name": Text(13.30, 1, 0.091),
    "release_track_extra_artist.anv": Text(9.84, 0.419, 0.100),
    "release_track_extra_artist.role": Text(10.78, 1, 0.002),
    "release_track.duration": Text(4.05, 0.508),
    "release_sub_track.duration": Text(4.03, 0.365),
    "release_sub_track.title": Text(18.00, 1, 0.155),
    "release_sub_track_artist.name": Text(16.00, 1, 0.333),
    "release_sub_track_artist.anv": Text(16.25, 0.889),
    "release_sub_track_extra_artist.name": Text(11.00),
    "release_sub_track_extra_artist.anv": Text(5.50),
    "release_sub_track_extra_artist.role": Text(10.00),
}
