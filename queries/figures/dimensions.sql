-- One row per dimension that may be split or filtered by; sensitive ones never may.
--
-- grain: dimension_id
-- reads: dimension, segmentation
-- note:  of a segmentation also which, and how many segments it has
select
    dimension.dimension_id,
    dimension.label,
    dimension.kind,
    dimension.column_name,
    dimension.sort_no,
    dimension.most_values,
    dimension.segmentation,
    segmentation.segment_count,
    dimension.property,
    dimension.subject
from dimension
left join segmentation on dimension.segmentation = segmentation.segmentation
where not dimension.is_sensitive
order by dimension.sort_no, dimension.dimension_id
