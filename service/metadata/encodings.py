"""How the pixels are coded: one record a format, in the words of that format's specification."""

from __future__ import annotations

from service.metadata.record import Record


class QuantizationTable(Record):
    """A JPEG quantization table (T.81 B.2.4.1): 64 `values` in zig-zag order, as stored."""

    id: int
    precision: int
    values: tuple[int, ...]


class JpegEncoding(Record):
    """A JPEG frame (T.81 B.2.2).

    `sampling_factors` are (horizontal, vertical), one pair a component. `quality_estimate` is the
    IJG quality, 1 to 100, whose tables are nearest. `adobe_transform` is 0, 1 (YCbCr) or 2 (YCCK).
    """

    process: str | None = None
    entropy_coding: str | None = None
    chroma_subsampling: str | None = None
    sampling_factors: tuple[tuple[int, int], ...] | None = None
    quantization_tables: tuple[QuantizationTable, ...] = ()
    quality_estimate: int | None = None
    adobe_transform: int | None = None


class PngEncoding(Record):
    """PNG header and ancillary facts (W3C PNG, third edition, clause 11)."""

    color_type: int | None = None
    bit_depth: int | None = None
    filter_method: int | None = None
    rendering_intent: int | None = None
    significant_bits: tuple[int, ...] | None = None
    transparency: bool = False
    background: tuple[int, ...] | None = None
    last_modified: str | None = None
    chunk_count: int | None = None
    data_size: int | None = None


class GifEncoding(Record):
    """GIF screen descriptor and blocks (GIF89a, clauses 18 to 26).

    `color_resolution` is bits a primary colour of the original; `pixel_aspect_ratio` is width
    divided by height.
    """

    global_palette_entries: int | None = None
    background_color_index: int | None = None
    color_resolution: int | None = None
    pixel_aspect_ratio: float | None = None
    local_palettes: int = 0
    transparency: bool = False


class WebpEncoding(Record):
    """WebP container and bitstreams (RFC 9649). `codec` is VP8, VP8L, or mixed in an animation."""

    container: str | None = None
    codec: str | None = None
    chroma_subsampling: str | None = None
    alpha_compression: str | None = None
    background_color: str | None = None


class SubImage(Record):
    """A further image of a TIFF file, named by tag 330 SubIFDs."""

    width: int | None
    height: int | None
    compression: str | None
    reduced: bool


class TiffEncoding(Record):
    """TIFF structure of the main image (TIFF 6.0 with its supplements)."""

    byte_order: str | None = None
    big_tiff: bool = False
    planar_configuration: str | None = None
    predictor: int | None = None
    fill_order: int | None = None
    layout: str | None = None
    tile_width: int | None = None
    tile_height: int | None = None
    rows_per_strip: int | None = None
    extra_samples: tuple[str, ...] = ()
    sub_images: tuple[SubImage, ...] = ()


class BmpEncoding(Record):
    """BMP information header. `compression` is its own name there; `masks` are hexadecimal."""

    header: str | None = None
    compression: str | None = None
    top_down: bool | None = None
    bits_per_pixel: int | None = None
    masks: tuple[str, ...] | None = None


class AuxiliaryImage(Record):
    """A plane that goes with a HEIF image: alpha, depth, a gain map. `type` is its URN in auxC."""

    type: str | None
    width: int | None
    height: int | None


class HeifEncoding(Record):
    """A HEIF file's main image (ISO/IEC 23008-12), AVIF and HEIC included.

    `item_type` is the four-letter type of the primary item ("av01", "hvc1", "grid"), `tiles` the
    number of images that make up a grid. `clean_aperture` is the size that clap leaves,
    `rotation` irot's degrees against the clock, `mirror` imir's axis: what is swapped.
    """

    brand: str | None = None
    compatible_brands: tuple[str, ...] = ()
    item_type: str | None = None
    profile: str | None = None
    chroma_subsampling: str | None = None
    tiles: int | None = None
    clean_aperture: tuple[int, int] | None = None
    rotation: int | None = None
    mirror: str | None = None
    auxiliary_images: tuple[AuxiliaryImage, ...] = ()


class PsdEncoding(Record):
    """A Photoshop file's header: its mode by Adobe's name, its channels, and its layers."""

    color_mode: str | None = None
    channels: int | None = None
    layers: int | None = None


class JxlEncoding(Record):
    """A JPEG XL codestream's header. `xyb`: its colours were turned into XYB, which loses.

    `level` is what the container states: how much a decoder must be able to do.
    """

    container: bool | None = None
    xyb: bool | None = None
    jpeg_reconstruction: bool = False
    extra_channels: int | None = None
    intrinsic_size: tuple[int, int] | None = None
    level: int | None = None


class Jp2Encoding(Record):
    """A JPEG 2000 codestream's main header. `subsampling` is (across, down) a component."""

    high_throughput: bool | None = None
    reversible: bool | None = None
    progression_order: str | None = None
    quality_layers: int | None = None
    decomposition_levels: int | None = None
    tile_width: int | None = None
    tile_height: int | None = None
    subsampling: tuple[tuple[int, int], ...] = ()


class Encoding(Record):
    """How the pixels are coded; of the named formats one is present (TIFF may hold JPEG too)."""

    compression: str | None = None
    lossless: bool | None = None
    progressive: bool | None = None
    interlaced: bool | None = None
    jpeg: JpegEncoding | None = None
    png: PngEncoding | None = None
    webp: WebpEncoding | None = None
    tiff: TiffEncoding | None = None
    avif: HeifEncoding | None = None
    heic: HeifEncoding | None = None
    jxl: JxlEncoding | None = None
    jp2: Jp2Encoding | None = None
    gif: GifEncoding | None = None
    bmp: BmpEncoding | None = None
    psd: PsdEncoding | None = None
