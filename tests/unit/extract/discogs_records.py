"""Discogs records of the current form, made up: every element that occurs, the odd cases among them."""

from __future__ import annotations

RELEASE = """\
<release id="42" status="Accepted"><images><image type="primary" uri="" uri150="" width="600"
 height="0450"/></images>
<artists><artist><id>194</id><name>Various</name><anv/><join>,</join></artist>
<artist><name>No page</name></artist>
<artist><id>0</id><name/></artist></artists><title>A &lt;b&gt; &amp; C:\\new\\table</title>
<labels><label name="Ärger 🎵" catno="none" id="5"/><label name="" catno=""/></labels>
<series><series name="Sérié" catno="" id="77"/><series name="Two" catno="2" id="78"/></series>
<extraartists><artist><id>1</id><name>P&#228;r</name><role>Producer, Mixed By</role>
<tracks>A1 to A3</tracks></artist>
</extraartists><formats><format name="Vinyl"
 qty="1000000000000000000000000000000000000000000000000000000000000001"
 text="pink &amp; &quot;loud&quot;"><descriptions><description>12"</description>
<description>33 ⅓ RPM</description>
</descriptions></format><format name="CD" qty="1" text=""/></formats><genres><genre>Jazz</genre></genres>
<styles><style>Bop</style><style>Bop</style></styles><country>Côte d'Ivoire</country>
<released>1999-03-00</released>
<notes>one&#13;
two\ttab \\N \\. end</notes><data_quality>Needs Vote</data_quality><master_id
 is_main_release="false">9</master_id>
<tracklist><track><position/><title>Heading</title></track><track><position>A1</position><title/>
<duration>4:45</duration><artists><artist><id>3</id><name>X</name><join>&amp;</join></artist>
<artist><name>Y</name>
</artist></artists><extraartists><artist><id>4</id><name>Z</name><role>Vocals</role></artist>
</extraartists>
<sub_tracks><track><position>A1a</position><title>Sub 1</title><duration/></track>
<track><position>A1b</position>
<title>Sub 2</title><artists><artist><id>5</id><name>S</name></artist></artists>
<extraartists><artist><id>6</id>
<name>T</name><role>Organ</role></artist><artist><id>7</id><name>U</name><anv>Yu</anv><role>Harp</role>
</artist>
</extraartists></track></sub_tracks></track></tracklist><identifiers><identifier type="Barcode"
 value="5 099"
 description=""/><identifier type="Matrix / Runout" value="&#x41;\\B"/></identifiers>
<videos><video duration="0"
 embed="true" src="https://example.org/?a=1&amp;b=2"><title>V</title><description> </description></video>
</videos>
<companies><company><id>8</id><name>Plant</name><catno>7-11</catno><entity_type>17</entity_type>
<entity_type_name>Pressed By</entity_type_name></company><company><id>9</id><name>Q</name><catno/>
<entity_type>4</entity_type><entity_type_name>Record Company</entity_type_name>
<resource_url>https://example.org/labels/9</resource_url></company></companies></release>"""

# One record of each entity, with every element of the current form, and images of the former.
CURRENT = {
    "artist": """\
<artist><images><image type="primary" uri="" uri150="" width="1" height="2"/></images><id>10</id>
<name>ABC</name>
<realname>Åsa</realname><profile>[a=X]&#13;
next</profile><data_quality>Correct</data_quality><urls><url>https://example.org</url><url/></urls>
<namevariations>
<name>A.B.C.</name><name>abc</name></namevariations><aliases><name id="11">Al</name></aliases><members>
<name id="12">Mem</name><name id="13">Ber</name></members><groups><name id="14">Gr</name></groups>
</artist>""",
    "label": """\
<label><id>20</id><name>Lab &amp; el</name><contactinfo>Street 1
City</contactinfo><profile/><data_quality>Correct</data_quality><parentLabel id="21">Par</parentLabel>
<urls>
<url>x</url></urls><sublabels><label id="22">Sub</label><label id="23"/><label>bare</label></sublabels>
</label>""",
    "master": """\
<master id="30"><main_release>31</main_release><artists><artist><id>32</id><name>M</name><anv>N</anv>
<join>feat.</join></artist></artists><genres><genre>Rock</genre></genres><styles><style>Punk</style>
</styles>
<year>0</year><title>T</title><notes>n</notes><data_quality>Correct</data_quality><videos><video src="s"
 duration="10" embed="false"><title>t</title><description/></video></videos></master>""",
    "release": RELEASE,
}
