from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from viscript.tools.backends import BackendSpec
from viscript.tools.backends.pixel_edits import PixelEdits, load
from viscript.tools.errors import ToolError
from viscript.tools.toolbox import Toolbox
from viscript.tools.values import Box, Image, Mask, Region


@pytest.fixture(scope="module")
def edits() -> PixelEdits:
    return load(BackendSpec("pixel-edits"), Toolbox.load("embedded", cache=None))


@pytest.fixture
def cup(coffee: Image) -> Region:
    """The cup with its saucer, with a mask drawn by hand."""
    mask = np.zeros((400, 600), dtype=np.uint8)
    cv2.ellipse(mask, (278, 228), (200, 160), 0, 0, 360, 1, -1)
    return Region(coffee, Box(78, 68, 478, 388), "cup", mask=Mask(mask > 0))


def array_of(region: Region) -> NDArray[np.uint8]:
    assert region.mask is not None
    return region.mask.array.astype(np.uint8)


def inner(region: Region, pixels: int = 6) -> NDArray[np.bool_]:
    """The mask without its soft edge."""
    return cv2.erode(array_of(region), np.ones((2 * pixels + 1, 2 * pixels + 1))) > 0


def outer(region: Region, pixels: int = 6) -> NDArray[np.bool_]:
    """What lies beyond the mask's soft edge."""
    return cv2.dilate(array_of(region), np.ones((2 * pixels + 1, 2 * pixels + 1))) == 0


def detail(pixels: NDArray[np.uint8], where: NDArray[np.bool_]) -> float:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F))[where].mean())


def test_colour_pop_keeps_the_region_and_makes_the_rest_grey(
    edits: PixelEdits, coffee: Image, cup: Region
) -> None:
    popped = edits.color_pop(coffee, cup).pixels
    assert np.array_equal(popped[inner(cup)], coffee.pixels[inner(cup)])
    rest = popped[outer(cup)].astype(int)
    assert (rest.max(axis=1) - rest.min(axis=1)).max() == 0
    luminance = cv2.cvtColor(coffee.pixels, cv2.COLOR_RGB2GRAY)[outer(cup)]
    assert np.array_equal(rest[:, 0], luminance)


def test_a_blurred_background_leaves_the_region_sharp(
    edits: PixelEdits, coffee: Image, cup: Region
) -> None:
    blurred = edits.blur_background(coffee, cup).pixels
    assert np.array_equal(blurred[inner(cup)], coffee.pixels[inner(cup)])
    assert detail(blurred, outer(cup)) < 0.15 * detail(coffee.pixels, outer(cup))


def test_a_blurred_region_keeps_no_detail_and_the_rest_is_untouched(
    edits: PixelEdits, coffee: Image, cup: Region
) -> None:
    for region in (cup, Region(coffee, cup.box, "cup")):
        blurred = edits.blur(coffee, region).pixels
        assert detail(blurred, array_of(cup) > 0) < 0.1 * detail(coffee.pixels, array_of(cup) > 0)
        far = np.ones((400, 600), dtype=np.bool_)
        far[60:396, 70:486] = False
        assert np.array_equal(blurred[far], coffee.pixels[far])
    around = outer(cup, 8)
    kept = edits.blur(coffee, cup).pixels
    assert np.array_equal(kept[around], coffee.pixels[around])


def test_blurred_text_can_no_longer_be_read(edits: PixelEdits) -> None:
    tools = Toolbox.load("embedded", cache=None)
    pixels = np.full((200, 500, 3), 245, dtype=np.uint8)
    cv2.putText(pixels, "KEEP OUT 4711", (20, 70), cv2.FONT_HERSHEY_SIMPLEX, 1.7, (20, 20, 20), 4)
    cv2.putText(pixels, "WELCOME HOME", (20, 160), cv2.FONT_HERSHEY_SIMPLEX, 1.7, (20, 20, 20), 4)
    image = Image.from_array(pixels)
    private, _ = found = tools.call("read_text", image)
    assert [one.text for one in found] == ["KEEP OUT 4711", "WELCOME HOME"]
    left = tools.call("read_text", edits.blur(image, private))
    assert [one.text for one in left] == ["WELCOME HOME"]


def test_the_region_does_not_shine_into_the_blurred_background(edits: PixelEdits) -> None:
    pixels = np.full((200, 300, 3), (20, 60, 160), dtype=np.uint8)
    pixels[60:140, 100:200] = (250, 240, 30)
    image = Image.from_array(pixels)
    mask = np.zeros((200, 300), dtype=np.bool_)
    mask[60:140, 100:200] = True
    blurred = edits.blur_background(image, Region(image, Box(100, 60, 200, 140), mask=Mask(mask)))
    around = blurred.pixels[30:170, 206:230].astype(int)
    assert np.abs(around - (20, 60, 160)).max() <= 2


def test_the_edge_between_kept_and_changed_is_soft(
    edits: PixelEdits, coffee: Image, cup: Region
) -> None:
    popped = edits.color_pop(coffee, cup).pixels.astype(int)
    grey = cv2.cvtColor(coffee.pixels, cv2.COLOR_RGB2GRAY)[..., None].astype(int)
    row = slice(228, 229), slice(60, 100)
    differs = np.abs(popped - grey).sum(axis=2)[row] > 2
    same = np.abs(popped - coffee.pixels).sum(axis=2)[row] < 2
    between = differs & ~same
    assert 1 <= between.sum() <= 8


def test_a_removed_thing_is_gone_and_the_rest_is_untouched(edits: PixelEdits) -> None:
    generator = np.random.default_rng(0)
    rows = np.arange(200)[:, None, None]
    stripes = 120 + 60 * np.sin(rows / 3.0) + generator.normal(0, 4, (200, 260, 3))
    clean = np.clip(stripes, 0, 255).astype(np.uint8)
    pixels = clean.copy()
    pixels[70:130, 100:160] = (255, 0, 0)
    image = Image.from_array(pixels)
    mask = np.zeros((200, 260), dtype=np.bool_)
    mask[70:130, 100:160] = True
    region = Region(image, Box(100, 70, 160, 130), "poster", mask=Mask(mask))
    filled = edits.remove(image, region).pixels
    assert np.array_equal(filled[outer(region, 8)], pixels[outer(region, 8)])
    error = np.abs(filled[70:130, 100:160].astype(int) - clean[70:130, 100:160]).mean()
    smooth = cv2.inpaint(pixels, mask.astype(np.uint8), 5, cv2.INPAINT_TELEA)
    telea = np.abs(smooth[70:130, 100:160].astype(int) - clean[70:130, 100:160]).mean()
    assert error < 12
    assert error < 0.5 * telea


def test_a_cup_removed_from_a_photo_leaves_wood(
    edits: PixelEdits, coffee: Image, cup: Region
) -> None:
    filled = edits.remove(coffee, cup).pixels
    middle = filled[140:320, 150:400].astype(int)
    wood = coffee.pixels[20:380, 520:590].astype(int)
    assert np.abs(middle.mean(axis=(0, 1)) - wood.mean(axis=(0, 1))).max() < 45
    assert middle.std() > 8


def test_removing_the_whole_picture_is_an_error(edits: PixelEdits, cat: Image) -> None:
    everything = Mask(np.ones((300, 451), dtype=np.bool_))
    with pytest.raises(ToolError, match="cover all"):
        edits.remove(cat, Region(cat, Box(0, 0, 451, 300), mask=everything))


def test_an_emoji_covers_its_region_and_nothing_far_from_it(
    edits: PixelEdits, astronaut: Image
) -> None:
    face = Region(astronaut, Box(175, 80, 275, 185), "face")
    covered = edits.emoji(astronaut, face, "smiling_face_with_sunglasses").pixels
    touched = (covered != astronaut.pixels).any(axis=2)
    assert touched[95:170, 190:260].mean() > 0.99
    touched[60:205, 155:295] = False
    assert not touched.any()


def test_emoji_reaching_over_the_border_are_cut_off(edits: PixelEdits, cat: Image) -> None:
    regions = [Region(cat, Box(-50, -50, 60, 60)), Region(cat, Box(400, 250, 460, 330))]
    covered = edits.emoji(cat, regions, "😀").pixels
    assert covered.shape == cat.pixels.shape
    assert (covered[5:40, 5:40] != cat.pixels[5:40, 5:40]).any(axis=2).mean() > 0.8


def test_regions_without_a_mask_are_segmented_first(edits: PixelEdits, astronaut: Image) -> None:
    popped = edits.color_pop(astronaut, Region(astronaut, Box(20, 8, 460, 512), "person")).pixels
    assert np.array_equal(popped[320:330, 190:200], astronaut.pixels[320:330, 190:200])
    flag = popped[10:100, 5:60].astype(int)
    assert (flag.max(axis=2) - flag.min(axis=2)).max() == 0


@pytest.mark.parametrize(
    ("tool", "rest", "said"),
    [
        ("blur_background", (), "blur_background has nothing to keep sharp"),
        ("blur", (), "blur has nothing to blur"),
        ("color_pop", (), "color_pop has nothing to keep in colour"),
        ("remove", (), "remove has nothing to take out"),
        ("emoji", ("😀",), "emoji has nothing to cover"),
    ],
)
def test_an_edit_without_regions_says_what_is_missing(
    edits: PixelEdits, cat: Image, tool: str, rest: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ToolError, match=f"{said}.*exists"):
        getattr(edits, tool)(cat, [], *rest)


@pytest.mark.parametrize("tool", ["blur_background", "blur", "color_pop", "remove"])
def test_a_region_given_very_often_counts_once(
    edits: PixelEdits, coffee: Image, cup: Region, tool: str
) -> None:
    bare = Region(coffee, Box(300, 20, 380, 90), "spoon")
    often = [cup.but(), bare.but()] * 2**13
    assert getattr(edits, tool)(coffee, often) == getattr(edits, tool)(coffee, [cup, bare])


def test_too_many_regions_are_refused_with_the_number_that_may_be_given(
    edits: PixelEdits, cat: Image
) -> None:
    regions = [Region(cat, Box(0, 0, 1 + number / 10, 9), "dot") for number in range(501)]
    with pytest.raises(ToolError, match=r"501 regions are too many .*at most 500"):
        edits.blur_background(cat, regions)
    assert edits.emoji(cat, regions[:500], "😀").size == cat.size


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (9, 7), (300, 5)])
def test_tiny_pictures_are_edited_too(edits: PixelEdits, size: tuple[int, int]) -> None:
    generator = np.random.default_rng(0)
    image = Image.from_array(generator.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8))
    mask = np.zeros((size[1], size[0]), dtype=np.bool_)
    mask[0, 0] = True
    region = Region(image, Box(0, 0, 1, 1), "dot", mask=Mask(mask))
    assert edits.blur_background(image, region).size == size
    assert edits.blur(image, region).size == size
    assert edits.color_pop(image, region).size == size
    assert edits.emoji(image, region, "😀").size == size
    if size != (1, 1):
        assert edits.remove(image, region).size == size


@pytest.mark.parametrize("tool", ["blur_background", "blur", "color_pop", "remove"])
def test_regions_of_a_picture_of_another_size_are_refused(
    edits: PixelEdits, cup: Region, cat: Image, tool: str
) -> None:
    with pytest.raises(ToolError, match="600x400"):
        getattr(edits, tool)(cat, cup)
    with pytest.raises(ToolError, match="600x400"):
        edits.emoji(cat, cup, "😀")
